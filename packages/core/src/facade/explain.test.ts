import { describe, expect, it } from 'vitest'
import type { Schedule, TaskOptions } from '../index.ts'
import {
  always,
  backoff,
  cron,
  every,
  loop,
  manual,
  never,
  onFailure,
  rules,
  Supervisor,
  schedules,
  UnknownTaskError,
} from '../index.ts'
import { VirtualClock } from '../testing/index.ts'

const MINUTE = 60_000

async function explained(options: Partial<TaskOptions>, afterMs?: number, env: Record<string, string> = {}) {
  const clock = new VirtualClock({ startAt: '2026-03-01T12:00:00Z' })
  const supervisor = new Supervisor({ clock, observers: [], seed: 1, env })
  const run = async () => {}
  const task = supervisor.register({ name: 'feeds.poll', owner: 'feeds', run, ...options })
  if (afterMs !== undefined) {
    await supervisor.start()
    await clock.advance(afterMs)
  }
  return { clock, supervisor, task, explain: () => supervisor.explain('feeds.poll') }
}

async function lints(options: Partial<TaskOptions>, afterMs?: number): Promise<readonly string[]> {
  const { explain } = await explained(options, afterMs)
  return explain().lints.map(({ lint }) => lint)
}

describe('explain', () => {
  it('throws for a task that is not registered', async () => {
    const { supervisor } = await explained({})

    expect(() => supervisor.explain('unknown')).toThrow(UnknownTaskError)
  })

  it('returns plain data', async () => {
    const { explain } = await explained({ schedule: loop() }, 1_000)

    expect(structuredClone(explain())).toEqual(explain())
  })

  it('lists the next five slots and when the run of the first one is due', async () => {
    const { explain } = await explained({ schedule: every('30s', { jitter: '3s' }) }, 65_000)

    const { nextSlots, nextRunAt, slotDelay, text } = explain()

    expect(nextSlots).toEqual([
      '2026-03-01T12:01:30.000Z',
      '2026-03-01T12:02:00.000Z',
      '2026-03-01T12:02:30.000Z',
      '2026-03-01T12:03:00.000Z',
      '2026-03-01T12:03:30.000Z',
    ])
    const lateMs = Date.parse(nextRunAt ?? '') - Date.parse('2026-03-01T12:01:30Z')
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThan(3_000)
    expect(slotDelay).toEqual({ spreadMs: 10_000, jitterMs: 3_000 })
    expect(text).toContain(
      'Its runs start up to 13 s after their slots, because of its spread and its jitter.',
    )
  })

  it('shows the slots of a cron with a time zone also in its local time', async () => {
    const { explain } = await explained(
      { schedule: cron('30 0 * * *', { timeZone: 'Europe/Berlin' }) },
      1_000,
    )

    const { nextSlots, localSlots, text } = explain()

    expect(nextSlots.slice(0, 2)).toEqual(['2026-03-01T23:30:00.000Z', '2026-03-02T23:30:00.000Z'])
    expect(localSlots.slice(0, 2)).toEqual([
      '2026-03-02 00:30 Europe/Berlin',
      '2026-03-03 00:30 Europe/Berlin',
    ])
    expect(text).toContain(
      'Its next run is due at 2026-03-01T23:30:00.000Z (2026-03-02 00:30 Europe/Berlin).\n',
    )
    expect(text).toContain(
      'Its next slots: 2026-03-01T23:30:00.000Z (2026-03-02 00:30 Europe/Berlin), 2026-03-02T23:30:00.000Z (2026-03-03',
    )
  })

  it('lists as many next slots as `nextSlots` asks for', async () => {
    const { supervisor } = await explained({ schedule: cron('*/10 * * * *', { timeZone: 'UTC' }) })
    const [task] = supervisor.tasks()
    const minutes = task?.nextSlots(8).map((at) => new Date(at).toISOString().slice(11, 16))

    expect(minutes).toEqual(['12:00', '12:10', '12:20', '12:30', '12:40', '12:50', '13:00', '13:10'])
    expect(task?.nextSlots()).toHaveLength(5)
    expect(task?.nextSlots(0)).toEqual([])
    expect(() => task?.nextSlots(-1)).toThrow('a whole number from 0 to 10000')
    expect((await explained({ schedule: loop() })).task.nextSlots()).toEqual([])
  })

  it('says by how much runs follow their slots, with a jitter that ends before the next slot', async () => {
    const text = async (schedule: Schedule) => (await explained({ schedule })).explain().text
    const utc = { timeZone: 'UTC' }

    expect(await text(cron('* * * * *', { ...utc, jitter: '5m' }))).toContain(
      'Its runs start up to 60 s after their slots, because of its jitter.',
    )
    expect(await text(cron('0 3 * * *', { ...utc, jitter: '5m' }))).toContain('start up to 5 min after')
    expect(await text(every('30s'))).toContain('up to 10 s after their slots, because of its spread.')
    expect(await text(every('30s', { immediate: true }))).not.toContain('after their slots')
  })

  it('says how late a slot may still run', async () => {
    const text = async (schedule: Schedule) => (await explained({ schedule })).explain().text

    expect(await text(every('1m'))).toContain(
      'A slot that could not start in time still runs, up to 60 s late; of several the newest.',
    )
    const parallel = { schedule: every('1m', { misfire: { all: 3 } }), overlap: { parallel: 2 } } as const
    expect((await explained(parallel)).explain().text).toContain('of several the newest 3.')
    expect(await text(every('1m', { misfire: { all: 3 } }))).toContain(
      'still runs, up to 3 min late; of several the newest 3, one by one.',
    )
    expect(await text(every('1m', { misfire: 'skip', catchUp: '2s' }))).toContain('up to 2 s late')
    expect(await text(cron('* * * * *', { misfire: { all: 3 } }))).toContain('however late it is')
    expect(await text(manual())).not.toContain('still runs')
  })

  it('lists the slots of a task that is not armed yet as if it were armed now', async () => {
    const atOnce = await explained({ schedule: every('1m') })
    const later = await explained({ schedule: every('1m', { first: 'after-period' }) })
    const nightly = await explained({ schedule: cron('0 3 * * *', { timeZone: 'UTC' }) })

    expect(atOnce.explain().nextSlots.slice(0, 2)).toEqual([
      '2026-03-01T12:00:00.000Z',
      '2026-03-01T12:01:00.000Z',
    ])
    expect(later.explain().nextSlots[0]).toBe('2026-03-01T12:01:00.000Z')
    expect(later.explain().nextSlots).toHaveLength(5)
    expect(nightly.explain().nextSlots[0]).toBe('2026-03-02T03:00:00.000Z')
    expect(atOnce.explain().nextRunAt).toBeUndefined()
  })

  it('lists only the due run of a delay', async () => {
    const { explain } = await explained({ schedule: schedules.delay('5s', { immediate: true }) }, 7_000)

    expect(explain().nextSlots).toEqual(['2026-03-01T12:00:10.000Z'])
  })

  it('says right after the task itself how soon a crashing loop uses up its budget', async () => {
    const { explain } = await explained({ schedule: loop(), run: ({ sleep }) => sleep('1d') }, 1_000)

    const { restart, text } = explain()

    expect(restart).toEqual({
      mode: 'always',
      delaysMs: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000],
      budget: { restarts: 10, withinMs: 600_000 },
      exhausted: 'park',
      timeToGiveUpMs: 303_000,
    })
    expect(text.split('\n')[0]).toBe(
      "Task 'feeds.poll' of 'feeds' (default, normal) is running; schedule: loop.",
    )
    expect(text.split('\n')[1]).toBe(
      'If it keeps ending immediately, its budget of 10 restarts per 10 min lasts at most 5.1 min. It is then parked: it is retried after 60 s or as soon as the budget allows, whichever is later, then at growing intervals up to 15 min.',
    )
  })

  it('says what its restart policy does with a loop', async () => {
    const budget = { restarts: 1, within: '1m' } as const
    const first = async (restart: TaskOptions['restart']) =>
      (await explained({ schedule: loop(), restart })).explain().text.split('\n', 3).join(' ')

    expect(await first(never())).toContain('It is not restarted when it ends.')
    expect(await first(always({ budget: { restarts: 0, within: '1m' } }))).toContain(
      'its budget is 0 restarts',
    )
    expect(await first(onFailure({ budget, exhausted: 'escalate' }))).toContain(
      'given up for good, and the process should end.',
    )
    expect(await first(onFailure({ budget, exhausted: 'stop' }))).toContain('It is then given up for good.')
    expect(await first(onFailure({ budget }))).toContain('It is restarted unless it returned')
    expect(await first(always({ budget }))).toContain('its budget of 1 restart per 60 s')
    const slowly = backoff.exponential({ initial: '1s', factor: 1.5, max: '1h' })
    const many = always({ budget: { restarts: 20, within: '30d' }, backoff: slowly })
    expect(await first(many)).toMatch(/after at most 1 s, 1\.5 s, 2\.3 s, .*, …\. A run of/)
  })

  it('explains each overlap mode', async () => {
    const overlapOf = async (overlap: TaskOptions['overlap']) =>
      (await explained({ schedule: manual(), overlap })).explain().overlap

    expect(await overlapOf('skip')).toBe('a slot or trigger that comes during an active run is skipped')
    expect(await overlapOf('queue')).toContain('only the newest waits')
    expect(await overlapOf('cancel-previous')).toContain('aborts the active run')
    expect(await overlapOf({ parallel: 3 })).toBe(
      'at most 3 runs at once, further slots and triggers are skipped',
    )
  })

  it('describes the rules and when they open and close', async () => {
    const health = [
      rules.errorRate({ for: '1m', runs: 2, keepFor: '5m', okRuns: 3 }),
      rules.hung({ restarts: true }),
    ]
    const { explain } = await explained({ schedule: every('1m'), health })

    expect(explain().rules).toEqual([
      {
        rule: 'error-rate',
        text: 'degraded when 20 % of at least 5 runs in 10 min failed, unhealthy at 50 %; opens when that holds for 60 s and at the end of 2 runs in a row; closes when that has not held for 5 min and at the end of 3 runs in a row',
        restarts: false,
      },
      {
        rule: 'hung',
        text: 'unhealthy when a run does not end, call beat() or end a unit for 10 min',
        restarts: true,
      },
    ])
    expect(explain().text).toContain(
      'does not end, call beat() or end a unit for 10 min; requests a restart.',
    )
  })

  it('says whether the task gates readiness and liveness', async () => {
    const { explain } = await explained({
      schedule: loop({ ready: true }),
      priority: 'critical',
      restart: always({ exhausted: 'escalate' }),
      run: ({ sleep }) => sleep('1d'),
    })

    expect(explain()).toMatchObject({ gatesReadiness: true, gatesLiveness: true })
    expect(explain().text).toContain('not ready until it has called ready() or beat().')
    expect(explain().text).toContain('Once it is given up, the process is no longer live.')
  })

  it('says when a task that is not a loop stops gating readiness', async () => {
    const armed = await explained({ schedule: every('1m'), priority: 'critical' })
    const succeeded = await explained({ schedule: every('1m'), readiness: true, readyWhen: 'first-success' })

    expect(armed.explain().text).toContain('The process is not ready until it is armed.')
    expect(succeeded.explain().text).toContain('The process is not ready until it has succeeded once.')
  })

  it('says which tasks it depends on', async () => {
    const { supervisor } = await explained({})
    supervisor.register({ name: 'api', dependsOn: ['feeds.poll'], run: () => {} })

    expect(supervisor.explain('api').text).toContain('At shutdown it stops before feeds.poll.')
  })

  it('says what the environment disabled until it is resumed', async () => {
    const env = { RUNWELL_TASKS_DISABLED: 'mail.*,feeds.*' }
    const { explain, task } = await explained({ schedule: every('1m') }, 1_000, env)

    expect(explain()).toMatchObject({ paused: true, disabledBy: 'RUNWELL_TASKS_DISABLED' })
    expect(explain().text).toContain('It is paused by RUNWELL_TASKS_DISABLED=mail.*,feeds.*.')
    task.resume()
    expect(explain().disabledBy).toBeUndefined()
    const unobserved = await explained({}, undefined, { RUNWELL_DISABLED: '1' })
    expect(unobserved.explain().text).toContain('RUNWELL_DISABLED is set')
  })

  it('says that a task is on standby', async () => {
    const { explain } = await explained(
      { schedule: every('1m', { immediate: true }), enabled: () => false },
      1_000,
    )

    expect(explain().state).toBe('standby')
    expect(explain().text).toContain('enabled() is called at each slot and trigger')
  })

  it('says why a task is paused', async () => {
    const { explain, task } = await explained({ schedule: every('1m') }, 1_000)
    task.pause('the index is rebuilt')

    expect(explain().text).toContain('It is paused: the index is rebuilt.')
  })

  it('says in its first line that a task is paused, and after the pause that it is waiting', async () => {
    const { explain, task } = await explained({ schedule: every('1m') }, 1_000)
    const firstLine = () => explain().text.split('\n')[0]
    task.pause()

    expect(firstLine()).toBe("Task 'feeds.poll' of 'feeds' (default, normal) is paused; schedule: every 1m.")
    task.resume()
    expect(firstLine()).toContain('is waiting;')
  })

  it('says in its first line that a paused task still has a run', async () => {
    const run = () => new Promise<never>(() => {})
    const { explain, task } = await explained({ schedule: every('1m', { immediate: true }), run }, 1_000)
    task.pause()

    expect(explain().text).toContain('is running, and paused;')
  })

  it('says how often a failed run is retried', async () => {
    const { explain } = await explained({ schedule: every('1m'), retry: { times: 2 } })

    expect(explain().text).toContain('A run that fails is retried up to 2 times, before its next slot.')
    const manually = await explained({ schedule: manual(), retry: { times: 1 } })
    expect(manually.explain().text).toContain('A run that fails is retried once.')
    const delayed = await explained({ schedule: schedules.delay('1m'), retry: { times: 1 } })
    expect(delayed.explain().text).toContain('A run that fails is retried once.')
  })

  it('says that a task without a schedule runs only when it is triggered', async () => {
    const line = 'It runs only when it is triggered.'

    expect((await explained({})).explain().text).toContain(line)
    expect((await explained({ schedule: every('1m') })).explain().text).not.toContain(line)
  })
})

describe('the lints', () => {
  it('report nothing about a plain task', async () => {
    expect(await lints({ schedule: every('1m') }, 20 * MINUTE)).toEqual([])
    expect(await lints({ schedule: loop(), run: beating }, 20 * MINUTE)).toEqual([])
    expect(await lints({ schedule: manual() }, MINUTE)).toEqual([])
  })

  it('report a budget that the backoff can never use up', async () => {
    const restart = always({ backoff: backoff.fixed('1m'), budget: { restarts: 20, within: '10m' } })

    expect(await lints({ schedule: loop(), restart })).toEqual(['unreachable-budget'])
  })

  it('report a budget that an outage of less than a minute uses up', async () => {
    const of = async (restart: TaskOptions['restart']) => await lints({ schedule: loop(), restart })
    const waits = backoff.exponential({ max: '30s' })

    expect(await of(always({ backoff: waits, budget: { restarts: 5, within: '5m' } }))).toEqual([
      'short-budget',
    ])
    expect(await of(always({ backoff: waits, budget: { restarts: 6, within: '5m' } }))).toEqual([])
    expect(await of(always({ backoff: backoff.fixed('1s') }))).toEqual(['short-budget'])
    expect(await of(always({ backoff: backoff.fixed('1s'), exhausted: 'stop' }))).toEqual(['short-budget'])
    expect(await of(onFailure({ backoff: backoff.exponential({ max: '5s' }) }))).toEqual(['short-budget'])
    expect(await of(always({ backoff: backoff.fixed('1s'), exhausted: 'escalate' }))).toEqual([])
    expect(await of(always({ budget: { restarts: 0, within: '1m' } }))).toEqual([])
    expect(await of(never())).toEqual([])
    expect(await of('always')).toEqual([])
  })

  it('say how long a short budget lasts, and what follows', async () => {
    const restart = always({
      backoff: backoff.exponential({ max: '5s' }),
      budget: { restarts: 5, within: '5m' },
    })
    const { explain } = await explained({ schedule: loop(), restart })

    expect(explain().lints[0]?.text).toBe(
      'Its budget of 5 restarts per 5 min lasts at most 17 s of an outage. Then the loop is parked, even if its upstream is back soon. Allow more restarts or lengthen the backoff.',
    )
  })

  it('report a timeout longer than the period, unless runs may be parallel', async () => {
    const schedule = every('30s')

    expect(await lints({ schedule, timeout: '30s' })).toEqual([])
    expect(await lints({ schedule, timeout: '31s' })).toEqual(['timeout-over-period'])
    expect(await lints({ schedule, timeout: '31s', overlap: { parallel: 2 } })).toEqual([])
    expect(await lints({ schedule: schedules.delay('30s'), timeout: '31s' })).toEqual([])
  })

  it('report an abort grace that no shutdown class allows', async () => {
    expect(await lints({ abortGrace: '10s' })).toEqual([])
    expect(await lints({ abortGrace: '11s' })).toEqual(['abort-grace-over-class-grace'])
  })

  it('report retries that do not fit before the next slot', async () => {
    const retry = { times: 2, backoff: backoff.fixed('4s', { jitter: 0 }) }

    expect(await lints({ schedule: every('9s'), retry })).toEqual([])
    expect(await lints({ schedule: every('8s'), retry })).toEqual(['retry-never-fits'])
    const { explain } = await explained({ schedule: every('8s'), retry })
    expect(explain().lints[0]?.text).toBe(
      'Only 1 of its 2 retries can start before the next slot. Shorten the backoff.',
    )
  })

  it('report runs that ignore their abort signal', async () => {
    const run = () => new Promise(() => {})

    const found = await lints(
      { schedule: schedules.once({ after: 0 }), timeout: '1s', abortGrace: '1s', run },
      3_000,
    )

    expect(found).toEqual(['ignores-signal'])
  })

  it('report runs of an external task that do not end in time', async () => {
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, observers: [], seed: 1 })
    const task = supervisor.external({ name: 'job' })
    await supervisor.start()
    task.begin()
    const stopping = supervisor.stop({ deadline: '9s' })
    await clock.advance('9s')
    await stopping

    expect(supervisor.explain('job').lints.map(({ text }) => text)).toEqual([
      'It did not end in time once: end its work when the supervisor stops. If its function gets a signal, pass it on.',
    ])
  })

  it('report a loop without a beat in its first minute, unless a rule would notice its silence', async () => {
    const silent = { schedule: loop(), run: ({ sleep }) => sleep('1d') } satisfies Partial<TaskOptions>

    expect(await lints(silent, 59_000)).toEqual([])
    expect(await lints(silent, 61_000)).toEqual(['no-beat'])
    expect(await lints({ ...silent, health: { add: [rules.hung({ limit: '5m' })] } }, 61_000)).toEqual([])
    const broken = () => {
      throw new Error('a rule that cannot judge')
    }
    expect(await lints({ ...silent, health: [broken] }, 61_000)).toEqual(['no-beat'])
  })

  it('report slots that are mostly skipped because a run is still active, and a period that is too short', async () => {
    const run: TaskOptions['run'] = ({ sleep }) => sleep('25s')

    expect(await lints({ schedule: every('10s'), run }, 5 * MINUTE)).toEqual([
      'overlaps',
      'period-under-duration',
    ])
    expect(await lints({ schedule: every('10s'), run, overlap: { parallel: 3 } }, 5 * MINUTE)).toEqual([])
  })

  it('report a lastSlot that is never used', async () => {
    const lastSlot = () => new Date(0)

    expect(await lints({ schedule: every('1m'), lastSlot })).toEqual(['last-slot-unused'])
    expect(await lints({ schedule: every('1m', { anchor: 'epoch' }), lastSlot })).toEqual([])
    expect(await lints({ schedule: cron('0 3 * * *'), lastSlot })).toEqual([])
  })

  it('names a cron expression that restricts both day fields', async () => {
    const of = (text: string) => lints({ schedule: cron(text, { timeZone: 'UTC' }) })

    expect(await of('0 0 13 * FRI')).toEqual(['cron-either-day'])
    expect(await of('0 0 0 L * 1-5')).toEqual(['cron-either-day'])
    for (const text of ['0 0 13 * +FRI', '0 0 */2 * 1', '0 0 13 * */2', '0 0 * * 1', '0 0 13 * ?', '@weekly'])
      expect(await of(text)).toEqual([])
    const { explain } = await explained({ schedule: cron('0 0 13 * FRI') })
    expect(explain().text).toContain(
      "Lint cron-either-day: Its expression '0 0 13 * FRI' names days of the month and weekdays, so it runs on a day that matches either of them, as in Debian. If both must match, write + before the weekday.",
    )
  })

  it('report a task without rules', async () => {
    expect(await lints({ schedule: every('1m'), health: [] })).toEqual(['no-rules'])
    const { explain } = await explained({ schedule: every('1m'), health: [] })
    expect(explain().lints[0]?.text).toBe(
      'No health rule judges it, so its health stays unknown. Leave the option health out to get the default rules.',
    )
  })

  it('report retries of a loop, which no rule and no budget sees', async () => {
    expect(await lints({ schedule: loop(), retry: { times: 1 } })).toEqual(['retry-of-loop'])
    const { explain } = await explained({ schedule: loop(), retry: { times: 1 } })
    expect(explain().lints[0]?.text).toBe(
      'Its retries happen within one generation, so no restart budget counts them and no health rule sees them. Use restart instead.',
    )
  })

  it('report a run that blocks the event loop', async () => {
    const { clock, explain, supervisor, task } = await explained({ run: () => clock.block(1_000) })
    await supervisor.start()

    await task.trigger()

    expect(explain().lints.map(({ lint }) => lint)).toEqual(['holds-event-loop'])
  })
})

async function beating({ beat, sleep }: Parameters<TaskOptions['run']>[0]): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) {
    beat()
    await sleep('10s')
  }
}
