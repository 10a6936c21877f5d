import { afterEach, describe, expect, it } from 'vitest'
import type { SupervisorOptions, TaskOptions } from '../../src/index.ts'
import { always, backoff, cron, every, loop, rules } from '../../src/index.ts'
import { consoleLines, ignoring } from '../supervised.ts'
import type { World } from './world.ts'
import { realWorld, virtualWorld } from './world.ts'

const worlds = { 'on the virtual clock': virtualWorld, 'in real time': realWorld }

describe.each(Object.entries(worlds))('%s', (_, makeWorld) => {
  let world: World | undefined

  async function enter(
    tasks: readonly (Omit<TaskOptions, 'run'> & Partial<TaskOptions>)[],
    options?: SupervisorOptions,
  ) {
    world = makeWorld(options)
    for (const task of tasks) world.supervisor.register({ run: () => {}, ...task })
    await world.supervisor.start()
    return { ...world, task: (name: string) => world?.supervisor.task(name) ?? expect.fail(name) }
  }

  afterEach(async () => {
    const stopped = world?.supervisor.stop({ deadline: '100ms' })
    await world?.pass(200)
    await stopped
  })

  it('a hanging run is reported, its missed slots are counted, and its task is unhealthy while it continues', async () => {
    const { task, recorder, until } = await enter([
      {
        name: 'poll',
        schedule: every('50ms', { immediate: true }),
        health: [rules.hung({ limit: '150ms' })],
        run: ignoring,
      },
    ])
    await until(() => recorder.of('rule.opened').length > 0)

    expect(recorder.of('rule.opened')).toMatchObject([
      { task: 'poll', rule: 'hung', status: 'unhealthy', limit: 150 },
    ])
    expect(task('poll').active()[0]?.ageMs).toBeGreaterThan(150)
    expect(task('poll').metrics().skipped.overlap).toBeGreaterThanOrEqual(2)
    expect(task('poll').health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'hung' }] })
  })

  it('a run that ignores its timeout is abandoned and its task is stuck', async () => {
    const { task, recorder, until } = await enter([
      {
        name: 'poll',
        schedule: every('200ms', { immediate: true }),
        timeout: '50ms',
        abortGrace: '50ms',
        run: ignoring,
      },
    ])
    await until(() => recorder.of('run.skipped').length > 0)

    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'abandoned', abortedFor: 'timeout' }])
    expect(recorder.of('task.stuck')).toMatchObject([{ task: 'poll' }])
    expect(recorder.of('run.skipped')[0]).toMatchObject({ reason: 'stuck' })
    expect(task('poll').metrics().outcomes.abandoned).toBe(1)
    expect(task('poll').state).toBe('stuck')
    expect(task('poll').health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'stuck' }] })
  })

  const impatient = always({
    backoff: backoff.fixed('120ms', { jitter: 0 }),
    budget: { restarts: 2, within: '1m' },
  })

  it.each([
    ['returns', 'returned', () => {}, {}],
    [
      'crashes immediately',
      'threw',
      () => {
        throw new TypeError('no gateway')
      },
      { failed: 3 },
    ],
  ] as const)(
    'a loop that %s is restarted within its budget and then parked',
    async (_how, cause, run, failed) => {
      const { task, recorder, until } = await enter([
        { name: 'gateway', schedule: loop(), restart: impatient, run },
      ])
      await until(() => recorder.of('task.parked').length > 0)

      expect(recorder.of('restart.scheduled')).toMatchObject([
        { task: 'gateway', cause, delayMs: 120, streak: 0 },
        { task: 'gateway', cause, delayMs: 120, streak: 1 },
      ])
      expect(recorder.of('task.parked')).toMatchObject([{ task: 'gateway', cause, parks: 1 }])
      expect(task('gateway').metrics()).toMatchObject({ started: 3, gaveUp: 1, restarts: { [cause]: 2 } })
      expect(task('gateway').metrics().outcomes).toMatchObject(failed)
      expect(task('gateway').state).toBe('parked')
      expect(task('gateway').health()).toMatchObject({ status: 'unhealthy', reasons: [{ rule: 'restarts' }] })
    },
  )

  it('slots lost to a block are missed, and the blocking task is named and degraded', async () => {
    const { task, recorder, pass, until, block } = await enter([
      { name: 'poll', schedule: every('100ms', { immediate: true }) },
      { name: 'hog', run: () => block(750) },
    ])
    await until(() => task('poll').metrics().outcomes.succeeded === 2)
    await task('hog').trigger()
    await until(() => recorder.of('run.missed').length > 0)
    await pass(50)

    const [missed] = recorder.of('run.missed')
    expect(missed).toMatchObject({ task: 'poll', atLeast: false })
    expect(missed?.count).toBeGreaterThanOrEqual(6)
    expect(task('poll').metrics().missed).toBe(missed?.count)
    expect(recorder.of('loop.blocked').find(({ ms }) => ms > 600)).toMatchObject({ suspect: { task: 'hog' } })
    expect(task('hog').metrics().syncMaxMs).toBeGreaterThan(740)
    expect(task('hog').health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'blocks-loop' }] })
    expect(task('poll').health().status).toBe('healthy')
  })

  it('a suspend of the machine is detected, its slots are counted, and no task is suspected', async () => {
    const { task, recorder, until, suspend } = await enter([
      { name: 'poll', schedule: every('50ms', { immediate: true }) },
      { name: 'clean', schedule: cron('* * * * * *', { timeZone: 'UTC', catchUp: '1m' }) },
    ])
    await until(() => task('clean').metrics().outcomes.succeeded > 0)
    suspend(10_000)
    await until(() => recorder.of('clock.jumped').length > 0)
    await until(() => task('clean').metrics().missed > 0)

    const [jumped] = recorder.of('clock.jumped')
    expect(jumped).toMatchObject({ treatedAs: 'gap' })
    expect(Math.round((jumped?.deltaMs ?? 0) / 100)).toBe(100)
    expect(task('clean').metrics().missed).toBeGreaterThanOrEqual(8)
    expect(task('clean').metrics().missed).toBeLessThanOrEqual(10)
    expect(task('poll').metrics().missed).toBeLessThan(40)
    expect(task('clean').health().status).toBe('healthy')
    expect(task('poll').health().status).toBe('healthy')
    expect(recorder.of('health.changed').filter(({ to }) => to !== 'healthy')).toEqual([])
  })

  it('a clock that moves on by eight hours loses no slot', async () => {
    const { task, recorder, until, suspend, now, supervisor } = await enter([
      { name: 'poll', schedule: every('50ms', { immediate: true }) },
    ])
    const soon = new Date(now() + 4 * 3_600_000)
    const expression = `${soon.getUTCMinutes()} ${soon.getUTCHours()} * * *`
    for (const [name, catchUp] of [
      ['caught', '1d'],
      ['missed', undefined],
    ] as const) {
      const schedule = cron(expression, { timeZone: 'UTC', catchUp })
      supervisor.register({ name, schedule, run: () => {} })
    }
    await until(() => task('poll').metrics().outcomes.succeeded > 0)
    suspend(8 * 3_600_000)
    await until(() => recorder.of('clock.jumped').length > 0)
    await until(() => task('caught').metrics().outcomes.succeeded > 0)
    await until(() => task('missed').metrics().missed > 0)

    expect(task('caught').metrics()).toMatchObject({ started: 1, missed: 0 })
    expect(task('missed').metrics()).toMatchObject({ started: 0, missed: 1 })
  })

  it('a rule that throws is reported once, its task is unknown, and its other rules continue', async () => {
    const { task, recorder, until, supervisor } = await enter([
      {
        name: 'poll',
        schedule: every('30ms', { immediate: true }),
        health: {
          add: [
            () => {
              throw new RangeError('bad rule')
            },
          ],
        },
        run: ({ startedAt }) => {
          if (task('poll').metrics().started > 3) throw new Error(`no feed at ${startedAt}`)
        },
      },
    ])
    await until(() => task('poll').metrics().started >= 2)
    expect(recorder.of('rule.failed')).toMatchObject([{ task: 'poll', error: { message: 'bad rule' } }])
    expect(task('poll').health()).toMatchObject({ status: 'unknown', reasons: [{ status: 'unknown' }] })
    expect(supervisor.report().byHealth.unknown).toBe(1)

    await until(() => task('poll').health().status === 'unhealthy')
    expect(task('poll').health().reasons).toEqual(
      expect.arrayContaining([expect.objectContaining({ rule: 'consecutive-failures' })]),
    )
    expect(recorder.of('rule.failed')).toHaveLength(1)
  })

  it('an observer that throws is reported to the others once a minute, counted, and changes no run', async () => {
    const lines = consoleLines()
    const { task, recorder, until, supervisor } = await enter(
      [{ name: 'poll', schedule: every('30ms', { immediate: true }) }],
      {
        observers: [
          {
            name: 'broken',
            onEvent() {
              throw new Error('no disk')
            },
          },
        ],
      },
    )
    await until(() => task('poll').metrics().outcomes.succeeded >= 3)

    expect(recorder.of('observer.failed')).toMatchObject([
      { observer: 'broken', method: 'onEvent', error: { message: 'no disk' } },
    ])
    expect(supervisor.report().observers).toMatchObject([{ name: 'recorder', faults: 0 }, { name: 'broken' }])
    expect(supervisor.report().observers[1]?.faults).toBeGreaterThan(6)
    expect(task('poll').metrics().outcomes).toMatchObject({ failed: 0 })
    expect(task('poll').health().status).toBe('healthy')
    expect(lines).toEqual([])
  })
})
