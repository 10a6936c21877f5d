import { every } from '@runwell/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskInfo } from '../../test/fake-supervisor.ts'
import { ManualClock } from '../../test/manual-clock.ts'
import type { SentryCheckIn } from '../sdk/sentry-like.ts'
import { CheckInQueue } from './check-in-queue.ts'
import type { Delivery } from './delivery.ts'
import { planMonitor } from './monitor-plan.ts'
import { PendingCheckIns } from './pending-check-ins.ts'

const second = 1_000
const minute = 60 * second

interface Sent extends SentryCheckIn {
  readonly at: number
}

function monitorState(name: string, periodMs: number, replicas = 1, maxRuntime?: '5m'): PendingCheckIns {
  const schedule = every(periodMs).info
  const plan = planMonitor(taskInfo(name, { schedule }), { maxRuntime }, replicas)
  if ('refused' in plan) throw new Error(plan.refused)
  return new PendingCheckIns(plan.monitor)
}

function setUp(answer: (sent: Sent) => Delivery | Promise<Delivery> = () => ({ kind: 'delivered' })) {
  const clock = new ManualClock(0)
  const sent: Sent[] = []
  const arrived: Sent[] = []
  const queue = new CheckInQueue(clock, async (checkIn) => {
    const now = { ...checkIn, at: clock.now() }
    sent.push(now)
    const delivery = await answer(now)
    if (delivery.kind === 'delivered') arrived.push(now)
    return delivery
  })
  let runs = 0
  const end = (state: PendingCheckIns, status: 'ok' | 'error', runId = `run-${++runs}`) => {
    state.close(runId, `${runId} check-in`, status, 10, () => undefined)
    queue.add(state)
  }
  return { clock, queue, sent, arrived, end }
}

const briefly = (sent: readonly Sent[]) => sent.map(({ at, status }) => `${at / second} ${status}`)

describe('CheckInQueue', () => {
  it('sends the state again that was not answered within 30 s', async () => {
    let answers = 0
    const { clock, sent, end } = setUp(() => {
      answers += 1
      return answers === 1 ? new Promise(() => {}) : { kind: 'delivered' }
    })
    const state = monitorState('job', 10 * minute)

    end(state, 'error')
    await clock.advance(2 * minute)

    expect(briefly(sent)).toEqual(['0 error', '35 error'])
  })

  it('counts a monitor whose check-in was not answered before the end of a flush', async () => {
    const { clock, queue, end } = setUp(() => new Promise(() => {}))
    end(monitorState('job', minute), 'ok')
    const flushed = queue.flush(10_000)
    await clock.advance(10_000)

    expect(await flushed).toBe(1)
  })

  it('sends one check-in per run for a task that runs every minute', async () => {
    const { clock, sent, end } = setUp()
    const state = monitorState('job', minute)

    for (let n = 0; n < 3; n++) {
      end(state, n === 1 ? 'error' : 'ok')
      await clock.advance(minute)
    }

    expect(briefly(sent)).toEqual(['0 ok', '60 error', '120 ok'])
    expect(sent[0]).toMatchObject({ monitorSlug: 'job', duration: 0.01 })
  })

  it('sends the worst result of each minute for a task that runs every ten seconds', async () => {
    const { clock, sent, end } = setUp()
    const state = monitorState('job', 10 * second)

    for (let n = 0; n < 18; n++) {
      end(state, n === 3 ? 'error' : 'ok')
      await clock.advance(10 * second)
    }

    expect(briefly(sent)).toEqual(['0 ok', '55 error', '110 ok', '165 ok'])
  })

  it('limits a burst to five check-ins a minute, and sends the last state as soon as there is room', async () => {
    const { clock, sent, end } = setUp()
    const state = monitorState('job', minute)

    for (let n = 0; n < 20; n++) {
      end(state, n === 19 ? 'error' : 'ok')
      await clock.advance(second)
    }
    await clock.advance(minute)

    expect(briefly(sent)).toEqual(['0 ok', '1 ok', '2 ok', '3 ok', '4 ok', '60 error'])
  })

  it('shares the limit with other replicas', async () => {
    const { clock, sent, end } = setUp()
    const two = monitorState('two', minute, 2)
    const seven = monitorState('seven', minute, 7)

    for (let n = 0; n < 4; n++) {
      end(two, 'ok')
      end(seven, 'ok')
      await clock.advance(second)
    }
    await clock.advance(3 * minute)

    const times = (slug: string) =>
      sent.filter((one) => one.monitorSlug === slug).map(({ at }) => at / second)
    expect(times('two')).toEqual([0, 1, 60])
    expect(times('seven')).toEqual([0, 120])
  })

  it('opens and closes two overlapping runs under separate ids', async () => {
    const { clock, queue, sent, end } = setUp()
    const state = monitorState('job', minute, 1, '5m')

    state.open('a', 'a', () => undefined, clock.now())
    queue.add(state)
    await clock.advance(second)
    state.open('b', 'b', () => undefined, clock.now())
    queue.add(state)
    await clock.advance(second)
    end(state, 'error', 'b')
    end(state, 'ok', 'a')
    await clock.advance(minute)

    const [a, b] = sent
    expect(sent.map(({ checkInId, status }) => [checkInId, status])).toEqual([
      [a?.checkInId, 'in_progress'],
      [b?.checkInId, 'in_progress'],
      [b?.checkInId, 'error'],
      [a?.checkInId, 'ok'],
    ])
  })

  it('opens no check-in that it might be unable to close', async () => {
    const { clock, queue, sent } = setUp()
    const state = monitorState('job', minute, 1, '5m')

    for (const runId of ['a', 'b', 'c', 'd', 'e']) state.open(runId, runId, () => undefined, clock.now())
    queue.add(state)
    await clock.advance(0)
    state.closeAll()
    queue.add(state)
    await clock.advance(2 * minute)

    const opened = sent.filter(({ status }) => status === 'in_progress').map(({ checkInId }) => checkInId)
    expect(opened).toHaveLength(2)
    for (const id of opened) expect(sent.filter(({ checkInId }) => checkInId === id)).toHaveLength(2)
  })

  it('sends at most sixteen check-ins at the same time', async () => {
    let sending = 0
    let most = 0
    const { clock, arrived, end } = setUp(async () => {
      most = Math.max(most, ++sending)
      await new Promise((resolve) => setImmediate(resolve))
      sending--
      return { kind: 'delivered' }
    })

    for (let n = 0; n < 500; n++) end(monitorState(`job-${n}`, minute), 'ok')
    for (let turn = 0; turn < 100; turn++) await clock.advance(0)

    expect(most).toBe(16)
    expect(new Set(arrived.map(({ monitorSlug }) => monitorSlug)).size).toBe(500)
  })

  it('waits until a rate limit ends, then sends the last state of each monitor', async () => {
    let limited = true
    const { clock, sent, arrived, end } = setUp(() =>
      limited ? { kind: 'limited', forMs: 90 * second } : { kind: 'delivered' },
    )
    const states = ['a', 'b', 'c'].map((name) => monitorState(name, minute))

    for (const state of states) end(state, 'ok')
    await clock.advance(30 * second)
    limited = false
    for (const state of states) end(state, 'error')
    await clock.advance(59 * second)
    expect(sent).toHaveLength(3)
    await clock.advance(2 * minute)

    expect(arrived.map(({ monitorSlug, status }) => `${monitorSlug} ${status}`)).toEqual([
      'a error',
      'b error',
      'c error',
    ])
  })

  it('retries after growing pauses while the connection breaks', async () => {
    let broken = true
    const { clock, sent, arrived, end } = setUp(() => ({ kind: broken ? 'lost' : 'delivered' }))

    end(monitorState('job', 10 * minute), 'error')
    await clock.advance(3 * minute)
    expect(sent.map(({ at }) => at / second)).toEqual([0, 5, 15, 35, 75, 135])
    broken = false
    await clock.advance(minute)

    expect(briefly(arrived)).toEqual(['195 error'])
  })

  it('does not retry what Sentry rejects', async () => {
    const { clock, sent, end } = setUp(() => ({ kind: 'rejected' }))

    end(monitorState('job', minute), 'ok')
    await clock.advance(10 * minute)

    expect(sent).toHaveLength(1)
  })

  it('sends everything on flush, even what is not due', async () => {
    const { clock, queue, arrived, end } = setUp()
    const state = monitorState('job', 10 * second)
    end(state, 'ok')
    await clock.advance(second)
    end(state, 'error')

    expect(await queue.flush(clock.now() + 1_000)).toBe(0)

    expect(briefly(arrived)).toEqual(['0 ok', '1 error'])
  })

  it('stops at the deadline and returns the number of monitors without their last state', async () => {
    const { clock, queue, end } = setUp(() => ({ kind: 'lost' }))
    end(monitorState('a', minute), 'ok')
    end(monitorState('b', minute), 'ok')

    expect(await queue.flush(clock.now() + 1_000)).toBe(2)
  })

  it('never exceeds five check-ins in any minute, and always ends with the last state', async () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 40 * second }),
      status: fc.constantFrom('ok' as const, 'error' as const),
      fate: fc.constantFrom('delivered' as const, 'lost' as const, 'limited' as const),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        let fate: 'delivered' | 'lost' | 'limited' = 'delivered'
        const { clock, sent, arrived, end } = setUp(() =>
          fate === 'limited' ? { kind: fate, forMs: 20 * second } : { kind: fate },
        )
        const state = monitorState('job', minute)

        for (const one of steps) {
          fate = one.fate
          end(state, one.status)
          await clock.advance(one.waitMs)
        }
        fate = 'delivered'
        await clock.advance(5 * minute)

        expect(arrived.at(-1)?.status).toBe(steps.at(-1)?.status)
        for (const { at } of sent) {
          expect(sent.filter((other) => other.at >= at && other.at < at + minute).length).toBeLessThanOrEqual(
            5,
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})
