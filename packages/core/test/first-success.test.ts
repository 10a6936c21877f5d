import { describe, expect, it } from 'vitest'
import { always, backoff, cron, every, loop, rules, schedules, type TaskOptions } from '../src/index.ts'
import { ignoring, setUp } from './supervised.ts'

const fail = (): never => {
  throw new Error('no feed')
}

async function playing(letters: string, options: Partial<TaskOptions> = {}) {
  const all = setUp({ startAt: '2026-03-01T12:00:00Z' })
  const steps = [...letters]
  const run = (): void => {
    if (steps.shift() === 'f') fail()
  }
  const task = all.supervisor.register({ name: 'mail', run, ...options })
  await all.supervisor.start()
  return { ...all, task, reasons: () => task.health().reasons.map(({ reason }) => reason) }
}

describe('a task that has not succeeded yet', () => {
  it('is degraded after its first failed run, and healthy after its first success', async () => {
    const { task, reasons } = await playing('ffs', { health: [rules.stuck()] })
    expect(task.health().status).toBe('unknown')

    await task.trigger()
    expect(task.health()).toMatchObject({ status: 'degraded', reasons: [{ rule: 'no-success', value: 1 }] })
    expect(reasons()).toEqual(['has not succeeded yet: 1 of 1 runs failed'])

    await task.trigger()
    expect(reasons()).toEqual(['has not succeeded yet: 2 of 2 runs failed'])

    await task.trigger()
    expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
  })

  it('stays degraded for days if a manual task failed once and was not run again', async () => {
    const { task, clock, supervisor, reasons } = await playing('f')
    await task.trigger()
    await clock.advance('2d')

    expect(task.health().status).toBe('degraded')
    expect(reasons()).toEqual(['the last run failed, limit 1', 'has not succeeded yet: 1 of 1 runs failed'])
    expect(supervisor.report().health).toBe('degraded')
  })

  it('is unknown while its only runs were cancelled', async () => {
    const { clock, supervisor, task } = await playing('', { run: async ({ sleep }) => sleep('1h') })
    const triggered = task.trigger()
    await clock.advance('1s')
    await supervisor.task('mail')?.restart()
    await triggered

    expect(task.metrics().outcomes.cancelled).toBe(1)
    expect(task.health().status).toBe('unknown')
  })

  it('is judged so if its function is called by other code', async () => {
    const { supervisor } = await playing('')
    let works = false
    const call = supervisor.instrument({ name: 'handler' }, () => (works ? 1 : fail()))
    const health = () => supervisor.task('handler')?.health()

    expect(call).toThrow('no feed')
    expect(health()).toMatchObject({
      status: 'degraded',
      reasons: [{ reason: 'has not succeeded yet: 1 of 1 runs failed' }],
    })
    works = true
    call()
    expect(health()).toMatchObject({ status: 'healthy', reasons: [] })
  })

  it('is judged so if its runs are spawned', async () => {
    const { supervisor } = await playing('')
    await supervisor.spawn('import', fail).outcome
    expect(supervisor.task('import')?.health().status).toBe('degraded')

    await supervisor.spawn('import', () => 1).outcome
    expect(supervisor.task('import')?.health().status).toBe('healthy')
  })

  it('stays unknown without rules', async () => {
    const { task } = await playing('f', { health: [] })
    await task.trigger()

    expect(task.health()).toMatchObject({
      status: 'unknown',
      reasons: [{ reason: 'it has no health rules' }],
    })
  })

  it('is a loop that has crashed and has never been up', async () => {
    const { task, clock, reasons } = await playing('ff', {
      schedule: loop(),
      run: async ({ sleep }) => (task.metrics().started > 2 ? sleep('1d') : fail()),
    })
    expect(task.health().status).toBe('degraded')
    expect(reasons()).toEqual(['has not come up yet: 1 of 1 runs failed'])

    await clock.advance('1m')
    expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
  })
})

describe('consecutive failures of a task', () => {
  it.each([
    ['every minute', every('1m', { immediate: true }), '1m', ['healthy', 'degraded', 'unhealthy']],
    ['every 59 min', every('59m', { immediate: true }), '59m', ['healthy', 'degraded', 'unhealthy']],
    ['every hour', every('1h', { anchor: 'start', immediate: true }), '1h', ['degraded', 'unhealthy']],
    [
      'with an hour between runs',
      schedules.delay('1h', { immediate: true }),
      '1h',
      ['degraded', 'unhealthy'],
    ],
    ['every night', cron('1 12 * * *'), '1d', ['degraded', 'unhealthy']],
  ] as const)('have limits by period: %s', async (_, schedule, period, statuses) => {
    const health = [rules.consecutiveFailures()]
    const { task, clock } = await playing(`s${'f'.repeat(9)}`, { schedule, health })
    while (task.metrics().started === 0) await clock.advance('1s')
    expect(task.health().status).toBe('healthy')

    const seen = []
    for (const _status of statuses) {
      await clock.advance(period)
      seen.push(task.health().status)
    }
    expect(seen).toEqual(statuses)
  })

  it('have the limits 1 and 2 for a manual task', async () => {
    const { task } = await playing('sff')
    await task.trigger()
    await task.trigger()
    expect(task.health().status).toBe('degraded')
    await task.trigger()
    expect(task.health().status).toBe('unhealthy')
  })
})

describe('the end of a failed run', () => {
  it('makes no task healthy, even if it clears the rule that fired', async () => {
    const { task, clock, recorder, reasons } = await playing('', {
      schedule: every('10m', { anchor: 'start', immediate: true }),
      health: [rules.slow({ limit: '5s' })],
      timeout: '20s',
      run: async ({ sleep }) => sleep(task.metrics().started === 2 ? '1m' : '1s'),
    })
    await clock.advance('1m')
    expect(task.health().status).toBe('healthy')
    recorder.clear()

    await clock.advance('10m')
    expect(task.lastRun?.outcome).toBe('timed-out')
    expect(recorder.of('rule.closed')).toMatchObject([{ rule: 'slow' }])
    expect(recorder.of('health.changed').map(({ to }) => to)).toEqual(['degraded'])
    expect(reasons()).toEqual(['its last run failed; it recovers with the next success'])

    await clock.advance('10m')
    expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
  })

  it('does not undo a recovery that came before it', async () => {
    const { task, clock } = await playing('sf', { schedule: every('1m', { immediate: true }) })
    await clock.advance('1m')

    expect(task.health().status).toBe('healthy')
  })
})

describe('a reason', () => {
  it('has the values of the moment at which it is read', async () => {
    const { task, clock, supervisor, reasons } = await playing('', {
      timeout: '1s',
      abortGrace: '1s',
      run: ignoring,
    })
    void task.trigger()
    await clock.advance('2s')
    expect(reasons()[0]).toBe('the previous run ignored its abort signal and blocks this task')
    const stuckFor = 'the previous run ignored its abort signal and has blocked this task for'

    await clock.advance('13s')
    expect(reasons()[0]).toBe(`${stuckFor} 13 s`)
    expect(task.health().reasons[0]?.value).toBe(13_000)
    expect(supervisor.report().tasks[0]?.health.reasons[0]?.reason).toBe(`${stuckFor} 13 s`)
    expect(supervisor.explain('mail').text).toContain(`Its health is unhealthy since`)
    expect(supervisor.explain('mail').text).toContain(`${stuckFor} 13 s`)
  })

  it('says so once it is over, until it is cleared', async () => {
    const { task, clock, reasons } = await playing('', {
      schedule: loop(),
      health: [rules.hung({ limit: '1m' })],
      run: async ({ sleep, beat }) => {
        beat()
        await sleep('70s')
        for (;;) {
          beat()
          await sleep('1s')
        }
      },
    })
    await clock.advance(65_000)
    expect(reasons()).toEqual(['a run has neither called beat() nor ended a unit for 65 s, limit 60 s'])

    await clock.advance(6_000)
    expect(reasons()).toEqual([
      'over, but not cleared yet; before: a run has neither called beat() nor ended a unit for 60 s, limit 60 s',
    ])
    await clock.advance('15s')
    expect(task.health().status).toBe('healthy')
  })

  it('says what it was before a pause', async () => {
    const schedule = every('1m', { immediate: true })
    const { task, clock, reasons } = await playing('fffff', { schedule, health: [rules.stale()] })
    await clock.advance('3m')
    task.pause()

    expect(reasons()[0]).toMatch(/^before the pause: no success although \d runs were due, limit/)
  })

  it('does not call a function of the user when it is read', async () => {
    let calls = 0
    const queue = () => {
      calls += 1
      return { status: 'degraded', value: calls, limit: 0, reason: `asked ${calls} times` } as const
    }
    const { task, reasons } = await playing('s', { health: [queue] })
    await task.trigger()
    const before = calls

    expect(reasons()).toEqual([`asked ${before} times`])
    expect(calls).toBe(before)
  })

  it('contains the error of a rule that throws while it fires, before what it found', async () => {
    let isBroken = false
    const queue = () => {
      if (isBroken) throw new Error('no broker')
      return { status: 'degraded', value: 7, limit: 5, reason: '7 jobs wait' } as const
    }
    const { task, reasons } = await playing('ss', { health: [queue] })
    await task.trigger()
    isBroken = true
    await task.trigger()

    expect(task.health().status).toBe('degraded')
    expect(reasons()).toEqual(['the rule threw Error: no broker; before: 7 jobs wait'])
  })

  it('survives a rule that cannot describe itself', async () => {
    const describe = (): never => {
      throw new Error('no words')
    }
    const { supervisor } = await playing('s', { health: [{ ...rules.stuck(), describe }] })

    expect(supervisor.explain('mail').rules).toMatchObject([{ text: 'its describe() threw Error: no words' }])
  })

  it('contains the error of a rule that throws', async () => {
    const broken = (): never => {
      throw new TypeError('queue.depth is not a function', { cause: new Error('no broker') })
    }
    const { task, reasons } = await playing('s', { health: [broken] })
    await task.trigger()

    expect(task.health().status).toBe('unknown')
    expect(reasons()).toEqual([
      'the rule threw TypeError: queue.depth is not a function, caused by Error: no broker',
    ])
  })
})

it.each([
  [loop(), 'it is down; it recovers when it calls ready() or beat(), or has run for 10 s'],
  [loop({ ready: true }), 'it is down; it recovers when it calls ready() or beat()'],
])(
  'of a loop, says what makes it healthy in the words of a loop: it has no next success (%#)',
  async (schedule, text) => {
    const { clock, supervisor } = setUp()
    let generation = 0
    const task = supervisor.register({
      name: 'gateway',
      schedule,
      restart: always({ backoff: backoff.fixed('5s'), stableAfter: '10m' }),
      health: [rules.hung({ limit: '30s', restarts: true })],
      run: async ({ beat, sleep }) => {
        generation += 1
        if (generation === 1) throw new Error('no gateway')
        beat()
        await sleep('1d')
      },
    })
    await supervisor.start()
    await clock.advance('36s')

    const { status, reasons } = task.health()
    expect(status).toBe('degraded')
    expect(reasons.map(({ reason }) => reason)).toEqual([text])
    await clock.advance('5s')
    expect(task.health().status).toBe('healthy')
  },
)
