import { describe, expect, it } from 'vitest'
import type { FleetHost, FleetMember, FleetResult } from '../../src/adapter/index.ts'
import { MemoryFleet, VirtualClock } from '../../src/testing/index.ts'

const never = Number.MAX_SAFE_INTEGER
const refusal: FleetResult = { started: false, reason: 'stuck' }
const success: FleetResult = {
  started: true,
  runId: 'r',
  instanceId: 'x',
  outcome: 'succeeded',
  startedAt: 0,
  endedAt: 0,
}
const stopping: FleetResult = { ...success, outcome: 'cancelled', isStopping: true }

class CountingClock extends VirtualClock {
  timersSet = 0

  override timer(...args: Parameters<VirtualClock['timer']>) {
    this.timersSet += 1
    return super.timer(...args)
  }
}

function scene() {
  const clock = new CountingClock({ startAt: 0, settle: 'microtasks' })
  const fleet = new MemoryFleet({ lease: '30s' })
  const asked: string[] = []
  const dropped: string[] = []
  const join = (
    id: string,
    answer: (slot: number | undefined) => FleetResult | Promise<FleetResult> = () => success,
  ) => {
    const handle = fleet.member()
    const host: FleetHost = {
      instanceId: id,
      supervisor: id,
      clock,
      run({ slot }) {
        asked.push(`${clock.now()} ${id} ${slot ?? 'request'}`)
        return {
          result: Promise.resolve(answer(slot)),
          attempt: () => undefined,
          lose: () => {},
          replace: () => {},
        }
      },
      know: () => {},
      drop: (_, slots, reason) => dropped.push(`${clock.now()} ${id} ${slots.join()} ${reason}`),
      down: () => {},
      up: () => {},
      warn: () => {},
    }
    return { handle, member: handle.join(host) }
  }
  return { clock, fleet, asked, dropped, join }
}

const task = {
  task: 'a',
  version: undefined,
  startedAt: 0,
  schedule: '',
  fingerprint: '',
  overlap: 'parallel',
  limit: 5,
  catchUpMs: never,
} as const
const offer = (member: FleetMember, slot: number, until = never) =>
  member.offer({ task: 'a', slot, schedule: '', until, waits: false, carrier: undefined })
const request = (member: FleetMember) =>
  member.request({ task: 'a', id: 'q', input: undefined, carrier: undefined, by: undefined })

describe('several slots that wait', () => {
  it('are each offered again a second after their own refusal', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', () => refusal)
    member.define(task)
    await offer(member, 1)
    await clock.advance(700)
    await offer(member, 2)
    await clock.advance(2_000)

    expect(asked).toEqual(['0 x 1', '700 x 2', '1000 x 1', '1700 x 2', '2000 x 1', '2700 x 2'])
  })

  it('do not wait for the last try of a request that a stopping process gave back', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', (slot) => (slot === undefined ? stopping : refusal))
    member.define(task)
    await offer(member, 1)
    await clock.advance(300)
    void request(member)
    await clock.advance(1_700)

    expect(asked).toEqual(['0 x 1', '300 x request', '1000 x 1', '2000 x 1'])
  })

  it('are each dropped in their own time, and reported by a process that has the task', async () => {
    const { clock, dropped, join } = scene()
    join('y')
    const { member } = join('x', () => refusal)
    member.define(task)
    await offer(member, 1, 5_200)
    await offer(member, 2, 7_900)
    await clock.advance(400)
    await offer(member, 3, 6_100)
    await clock.advance('9s')

    expect(dropped).toEqual(['5201 x 1 stuck', '6101 x 3 stuck', '7901 x 2 stuck'])
  })

  it('set no timer for a member that has gone since it refused', async () => {
    const { clock, fleet, join } = scene()
    const { member } = join('x')
    const { member: other, handle } = join('y', () => refusal)
    other.define(task)
    await offer(other, 1)
    await clock.advance(10)
    fleet.freeze(handle)
    await offer(member, 2)
    const before = clock.timersSet
    await clock.advance('20s')

    expect(clock.timersSet - before).toBeLessThan(5)
  })
})

describe('a slot or a request that waits for a run to end', () => {
  const queued = { ...task, overlap: 'queue', limit: 1, catchUpMs: 10_000 } as const
  const inMs = (clock: VirtualClock, ms: number) =>
    new Promise<FleetResult>((resolve) => clock.timer(() => resolve(success), ms, true))

  it('still runs if the run takes longer than the slot may be late', async () => {
    const { clock, asked, dropped, join } = scene()
    const { member } = join('x', () => inMs(clock, 60_000))
    member.define(queued)
    await offer(member, 1, 10_000)
    await offer(member, 2, 10_000)
    await clock.advance('70s')

    expect(asked).toEqual(['0 x 1', '60000 x 2'])
    expect(dropped).toEqual([])
  })

  it('still runs if the run takes longer than a request waits for a process', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', () => inMs(clock, 45_000))
    member.define(queued)
    await offer(member, 1, 10_000)
    const answer = request(member)
    await clock.advance('95s')

    expect(asked).toEqual(['0 x 1', '45000 x request'])
    expect(await answer).toMatchObject({ started: true })
  })

  it('is dropped if no process accepts it in time after the run', async () => {
    const { clock, asked, dropped, join } = scene()
    const { member } = join('x', (slot) => (slot === 1 ? inMs(clock, 60_000) : refusal))
    member.define(queued)
    await offer(member, 1, 10_000)
    await offer(member, 2, 10_000)
    await clock.advance('80s')

    expect(asked.slice(0, 3)).toEqual(['0 x 1', '60000 x 2', '61000 x 2'])
    expect(dropped).toEqual(['70001 x 2 stuck'])
  })

  it('gets more time only once, although other waiting slots are offered before it', async () => {
    const { clock, dropped, join } = scene()
    const { member } = join('x', () => refusal)
    member.define({ ...queued, overlap: 'parallel' })
    for (const slot of [1, 2, 3])
      await member.offer({ task: 'a', slot, schedule: '', until: 10_000, waits: true, carrier: undefined })
    await clock.advance('2m')

    expect(dropped.map((line) => line.split(' ').slice(2).join(' '))).toEqual([
      '1 stuck',
      '2 stuck',
      '3 stuck',
    ])
    expect(dropped.every((line) => Number(line.split(' ')[0]) <= 21_001)).toBe(true)
  })
})

describe('slots and requests of a task that no process has any more', () => {
  it('are dropped when the last process withdraws the task', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', () => refusal)
    member.define(task)
    const answer = request(member)
    await offer(member, 1)
    await clock.advance(10)
    member.withdraw('a')
    expect(await answer).toEqual({ started: false, reason: 'unregistered' })
    member.define(task)
    await clock.advance('5s')

    expect(asked).toEqual(['0 x request', '0 x 1'])
  })

  it('are dropped when the last process that has the task leaves, and another one stays', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', () => refusal)
    const { member: other } = join('y')
    member.define(task)
    await offer(member, 1)
    await clock.advance(10)
    await member.close(new Date(0))
    other.define(task)
    await clock.advance('5s')

    expect(asked).toEqual(['0 x 1'])
  })

  it('are dropped when the last process that has the task is lost, and another one stays', async () => {
    const { clock, fleet, asked, join } = scene()
    const { member, handle } = join('x', () => refusal)
    const { member: other } = join('y')
    member.define(task)
    await offer(member, 1)
    await clock.advance(10)
    fleet.kill(handle)
    await clock.advance('31s')
    other.define(task)
    await clock.advance('5s')

    expect(asked).toEqual(['0 x 1'])
  })

  it('wait for the next process if none is left', async () => {
    const { clock, asked, join } = scene()
    const { member } = join('x', () => refusal)
    member.define(task)
    await offer(member, 1)
    await clock.advance(10)
    await member.close(new Date(0))
    await clock.advance('5s')
    join('y').member.define(task)

    expect(asked).toEqual(['0 x 1', '5010 y 1'])
  })

  it('wait while a process that has the task is frozen and not lost, and run when it is thawed', async () => {
    const { clock, fleet, asked, join } = scene()
    const { member } = join('x', () => refusal)
    const { member: other, handle } = join('y')
    fleet.freeze(handle)
    member.define(task)
    other.define(task)
    await offer(member, 1)
    await clock.advance(10)
    member.withdraw('a')
    await clock.advance('10s')
    fleet.thaw(handle)

    expect(asked).toEqual(['0 x 1', '10010 y 1'])
  })
})

it('gives a member that is frozen again a whole lease', async () => {
  const { clock, fleet, asked, join } = scene()
  const { member, handle } = join('x', () => new Promise(() => {}))
  const { member: other } = join('y')
  member.define(task)
  await offer(member, 1)
  other.define(task)
  fleet.freeze(handle)
  await clock.advance('20s')
  fleet.thaw(handle)
  fleet.freeze(handle)
  await clock.advance('29999ms')
  expect(asked).toEqual(['0 x 1'])
  await clock.advance('1ms')

  expect(asked).toEqual(['0 x 1', '50000 y 1'])
})
