import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Fleet, FleetAccount, FleetHost, FleetMember } from '../../src/adapter/index.ts'
import {
  cron,
  every,
  InvalidOptionError,
  loop,
  manual,
  Supervisor,
  schedules,
  type TaskOptions,
} from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'
import { consoleLines } from '../supervised.ts'
import { scriptedFleet } from './scripted-fleet.ts'

const setUp = () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  return {
    clock,
    fleet,
    supervisor: new Supervisor({ clock, fleet: fleet.member(), observers: [], env: {} }),
  }
}
const run = () => {}

describe('a task of scope service with a fleet', () => {
  it.each([
    ['loop()', loop()],
    ['delay', schedules.delay('1m')],
    ['once', schedules.once({ after: '1m' })],
    ['immediate', every('1m', { immediate: true })],
    ["first: 'at-once'", every('1m', { first: 'at-once' })],
  ])('cannot have the schedule %s, whose slots differ from process to process', (_, schedule) => {
    const { supervisor } = setUp()
    const register = () => supervisor.register({ name: 'a', scope: 'service', schedule, run })
    expect(register).toThrow(InvalidOptionError)
    expect(register).toThrow(/`schedule` to be cron.*scope 'instance'.*\(task 'a'\)/)
    expect(supervisor.task('a')).toBeUndefined()
  })

  it('may have any other schedule, and every() counts from the epoch', () => {
    const { supervisor } = setUp()
    const texts = [every('90s'), every('1m', { misfire: { all: 3 } }), cron('0 3 * * *'), manual()].map(
      (schedule, at) => supervisor.register({ name: `t${at}`, scope: 'service', schedule, run }).schedule,
    )
    expect(texts.map(({ info }) => info.text)).toEqual([
      'every 90s from epoch',
      'every 1m from epoch',
      expect.stringMatching(/^cron 0 3/),
      'manual',
    ])
    expect(texts[1]?.policy).toMatchObject({ misfire: { all: 3 }, catchUpMs: 180_000 })
  })

  it.each([
    ['1s', {}, 10_000],
    ['1s', { catchUp: '2s' }, 2_000],
    ['1s', { catchUp: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
    ['1s', { catchUp: Number.POSITIVE_INFINITY, misfire: 'skip' }, 1_000],
    ['1s', { catchUp: '8s', misfire: { all: 3 } }, 8_000],
    ['1s', { catchUp: '1500ms', jitter: '200ms' }, 1_500],
    ['1s', { misfire: { all: 3 } }, 3_000],
    ['1s', { misfire: 'skip' }, 1_000],
    ['15s', {}, 15_000],
  ] as const)('every %s with %o waits %d ms for a process that can run it', (period, options, waitMs) => {
    const { supervisor } = setUp()
    const { schedule } = supervisor.register({
      name: 'a',
      scope: 'service',
      schedule: every(period, options),
      run,
    })
    expect(schedule.policy.catchUpMs).toBe(waitMs)
  })

  it('cannot be rescheduled to one of those either', () => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1m'), run })
    expect(() => task.reschedule(every('1m', { immediate: true }))).toThrow(/`schedule` to be cron/)
  })
})

describe('the option fleet', () => {
  it.each([null, 5, 'bullmq', {}, { name: 'x' }, { join: run }])('refuses %o and names the cure', (fleet) => {
    expect(() => new Supervisor({ fleet: fleet as never })).toThrow(/`fleet`.*MemoryFleet/)
  })

  it('refuses a lease that is not a duration', () => {
    expect(() => new MemoryFleet({ lease: 'soon' as never })).toThrow(InvalidOptionError)
    expect(() => new MemoryFleet({ lease: 0 })).toThrow(InvalidOptionError)
  })
})

it('shows no password of options that were given instead of a fleet, and names the cure', () => {
  const given = { connection: 'redis://:s3cret@localhost:6379', queue: 'm' }
  let error: unknown
  try {
    new Supervisor({ fleet: given as never })
  } catch (thrown) {
    error = thrown
  }
  expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain('s3cret')
  expect((error as Error).message).toBe(
    "Expected `fleet` to be a fleet, such as the result of `bullmqFleet(…)` of @runwell/bullmq, or `new MemoryFleet().member()`, got an object with 'connection', 'queue'",
  )
})

describe('a fleet that fails', () => {
  it('in any call is written to the console, and has no other effect', async () => {
    const lines = consoleLines()
    const clock = new VirtualClock()
    const fault = () => {
      throw new Error('broken')
    }
    const broken = { define: fault, withdraw: fault, offer: fault, account: fault, request: fault }
    const fleet = { name: 'the broken one', join: () => ({ ...broken, control: fault, close: fault }) }
    const supervisor = new Supervisor({ clock, fleet, env: {} })
    const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1s'), run })
    await supervisor.start()
    await clock.advance('3s')
    task.pause()
    task.resume()
    expect(await task.trigger()).toEqual({ started: false, reason: 'unreachable' })
    const stopped = supervisor.stop()
    await clock.advance('1m')
    expect((await stopped).exitCode).toBe(0)
    expect(lines.some((line) => line.includes('the broken one'))).toBe(true)
  })

  it('to join leaves its tasks waiting, and the process running', async () => {
    const lines = consoleLines()
    const clock = new VirtualClock()
    const fleet = {
      name: 'the absent one',
      join: () => {
        throw new Error('no permission')
      },
    }
    const supervisor = new Supervisor({ clock, fleet, env: {} })
    const ran: string[] = []
    supervisor.register({ name: 'own', schedule: every('1s'), run: () => void ran.push('own') })
    supervisor.register({
      name: 'shared',
      scope: 'service',
      schedule: every('1s'),
      run: () => void ran.push('shared'),
    })
    await supervisor.start()
    await clock.advance('8s')
    expect(ran.length).toBeGreaterThan(2)
    expect(ran).not.toContain('shared')
    expect(supervisor.task('shared')?.health().reasons).toMatchObject([{ rule: 'fleet' }])
    expect(lines.join('\n')).toMatch(/the absent one failed in join\(\): Error: no permission/)
    const stopped = supervisor.stop()
    await clock.advance('1m')
    await stopped
  })

  it('keeps at most a hundred questions of a task, however long it is down', async () => {
    const { clock, fleet, supervisor } = setUp()
    const task = supervisor.register({
      name: 'a',
      scope: 'service',
      schedule: every('1s', { misfire: { all: 1_000 } }),
      run,
    })
    await supervisor.start()
    await clock.advance('2s')
    fleet.storeDown()
    await clock.advance('10m')
    fleet.storeUp()
    await clock.advance('2s')
    const { skipped, missed, started } = task.metrics()
    expect(
      started + missed + Object.values(skipped).reduce((sum, count) => sum + count, 0),
    ).toBeGreaterThanOrEqual(602)
    expect(started).toBeLessThanOrEqual(120)
  })
})

describe('slots that were missed while the fleet was down', () => {
  async function outage(leaves: (slots: readonly number[]) => readonly number[], blockMs = 0) {
    const clock = new VirtualClock()
    const accounts: FleetAccount[] = []
    const inner = new MemoryFleet()
    const member = inner.member()
    const fleet: Fleet = {
      name: 'the scripted one',
      join: (host) => {
        const real = member.join(host)
        const account = async (asked: FleetAccount) => {
          await real.account(asked)
          accounts.push(asked)
          return leaves(asked.slots)
        }
        return Object.assign(Object.create(real) as FleetMember, { account })
      },
    }
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, fleet, observers: [recorder], env: {} })
    supervisor.register({ name: 'a', scope: 'service', schedule: every('1s'), run })
    const start = clock.now()
    await supervisor.start()
    await clock.advance('3.5s')
    inner.storeDown()
    await clock.advance(1_000)
    clock.block(blockMs)
    await clock.advance(6_000 - blockMs)
    inner.storeUp()
    await clock.advance('400ms')
    const secondOf = (at: number): number => (at - start) / 1_000
    return {
      asked: accounts.map(({ slots, count }) => ({ slots: slots.map(secondOf), count })),
      reported: recorder
        .of('run.missed')
        .map(({ count, from, to }) => ({ count, from: secondOf(from), to: secondOf(to) }))
        .filter(({ from }) => from > 5),
    }
  }

  it('are named one by one to the fleet', async () => {
    const { asked } = await outage((slots) => slots)
    expect(asked).toEqual([{ slots: [6, 7, 8, 9], count: 4 }])
  })

  it('are named one by one, too, if the event loop was blocked when they came due', async () => {
    const { asked } = await outage((slots) => slots, 5_000)
    const named = asked.flatMap(({ slots }) => slots)
    expect(named).toEqual([5, 6, 7, 8])
    for (const { slots, count } of asked) expect(slots).toHaveLength(count)
  })

  it('are reported together if the fleet leaves all of them to this process', async () => {
    const { reported } = await outage((slots) => slots)
    expect(reported).toEqual([{ count: 4, from: 6, to: 9 }])
  })

  it('are reported without those that another process has run or reported', async () => {
    const { reported } = await outage(([six, , eight, nine]) => [nine, six, eight].map(Number))
    expect(reported).toEqual([
      { count: 1, from: 6, to: 6 },
      { count: 2, from: 8, to: 9 },
    ])
  })

  it('are not reported at all if others have reported them', async () => {
    const { reported } = await outage(() => [])
    expect(reported).toEqual([])
  })
})

describe('a fleet that is slow', () => {
  it('to say what it knows loses no slot: they wait for it', async () => {
    const clock = new VirtualClock()
    let tell = () => {}
    const inner = new MemoryFleet()
    const member = inner.member()
    const slow = {
      name: 'the slow one',
      join: (host: FleetHost) => {
        const said: Parameters<FleetHost['know']>[0][] = []
        const know: FleetHost['know'] = (tasks) => void said.push(tasks)
        tell = () => {
          for (const tasks of said) host.know(tasks)
        }
        return member.join(
          Object.create(host, { know: { value: know }, run: { value: host.run.bind(host) } }),
        )
      },
    }
    const before = new Supervisor({ clock, fleet: inner.member(), observers: [], env: {} })
    const schedule = every('1s', { catchUp: '1h' })
    const slots: (number | undefined)[] = []
    const noted: TaskOptions['run'] = ({ scheduledAt }) => void slots.push(scheduledAt?.getTime())
    before.register({ name: 'a', scope: 'service', schedule, run: noted })
    await before.start()
    await clock.advance('2500ms')
    const stopped = before.stop()
    await clock.advance('100ms')
    await stopped
    const last = slots.at(-1) ?? 0

    const supervisor = new Supervisor({ clock, fleet: slow, observers: [], env: {} })
    const task = supervisor.register({ name: 'a', scope: 'service', schedule, run: noted })
    await supervisor.start()
    await clock.advance('10s')
    expect(slots.at(-1)).toBe(last)
    expect(task.nextRunAt).toBeUndefined()
    tell()
    await clock.advance('1s')
    const [next = 0] = slots.filter((slot) => slot !== undefined && slot > last)
    expect(task.metrics().missed).toBe((next - last) / 1_000 - 1)
  })
})

describe('gatesReadiness', () => {
  it('makes the process not ready while the fleet is down, and says so', async () => {
    const clock = new VirtualClock()
    const { fleet, host } = scriptedFleet({ gatesReadiness: true })
    const supervisor = new Supervisor({ clock, fleet, observers: [], env: {} })
    await supervisor.start()
    expect(supervisor.ready().ok).toBe(true)
    host()?.down(new Error('gone'))
    expect(supervisor.ready()).toEqual({ ok: false, reasons: ["the store can't be used"] })
    host()?.up()
    expect(supervisor.ready().ok).toBe(true)
  })
})

it('names the reasons of an outage whose error has members but no message', async () => {
  let host: FleetHost | undefined
  const member = new MemoryFleet().member()
  const join = (joined: FleetHost) => {
    host = joined
    return member.join(joined)
  }
  const supervisor = new Supervisor({
    clock: new VirtualClock(),
    fleet: { name: 'the store', join },
    observers: [],
    env: {},
  })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1s'), run() {} })
  await supervisor.start()
  host?.down(new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('refused too')]))
  expect(task.fleet?.down?.error).toMatch(/connect ECONNREFUSED ::1:1.*refused too/)
})
