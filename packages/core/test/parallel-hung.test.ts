import { describe, expect, it } from 'vitest'
import { loop, manual, type RunContext, rule, rules, Supervisor, type TaskOptions } from '../src/index.ts'
import { recordEvents, VirtualClock } from '../src/testing/index.ts'

type Run = (context: RunContext<unknown>) => unknown

async function parallel(runs: readonly Run[], options: Partial<TaskOptions> = {}) {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, observers: [recorder] })
  let next = 0
  const task = supervisor.register({
    name: 'import',
    schedule: manual(),
    overlap: { parallel: 5 },
    abortGrace: '1m',
    health: [rules.hung({ limit: '10m', restarts: true })],
    run: (context) => {
      next += 1
      return runs[next - 1]?.(context)
    },
    ...options,
  })
  await supervisor.start()
  const ids: string[] = []
  for (const _ of runs) {
    void task.trigger()
    await clock.advance('1m')
    ids.push(recorder.of('run.started').at(-1)?.runId ?? '')
  }
  const ended = () =>
    recorder.of('run.ended').map(({ runId, abortedFor }) => [ids.indexOf(runId), abortedFor])
  const hung = () => task.health().reasons.find(({ rule }) => rule === 'hung')
  return { clock, recorder, supervisor, task, ids, ended, hung }
}

const beating: Run = async ({ beat, sleep, aborted }) => {
  while (!aborted) {
    beat()
    await sleep('1m')
  }
}
const sleeping: Run = ({ sleep }) => sleep('1d')
const deaf: Run = () => new Promise(() => undefined)
const silent: Run = async ({ beat, sleep }) => {
  beat()
  await sleep('1d')
}

describe('hung with several active runs', () => {
  it('finds a newer run that hangs while the oldest one calls beat()', async () => {
    const { clock, hung, ids } = await parallel([beating, sleeping], {
      health: [rules.hung({ limit: '10m' })],
    })
    await clock.advance('9m')
    expect(hung()).toBeUndefined()
    await clock.advance('2m')

    expect(hung()).toMatchObject({
      value: 12 * 60_000,
      reason: `run ${ids[1]}, 1 of 2 active runs, has neither ended nor called beat() for 12 min, limit 10 min`,
    })
  })

  it('finds a run in the middle that has stopped calling beat()', async () => {
    const { clock, hung, ids } = await parallel([beating, silent, beating], {
      health: [rules.hung({ limit: '10m' })],
    })
    await clock.advance('10m')

    expect(hung()?.reason).toBe(
      `run ${ids[1]}, 1 of 3 active runs, has neither called beat() nor ended a unit for 12 min, limit 10 min`,
    )
  })

  it('is over when the run that hangs has ended', async () => {
    const { clock, supervisor, ids, hung } = await parallel([beating, sleeping], {
      health: [rules.hung({ limit: '10m' })],
    })
    await clock.advance('11m')
    expect(hung()).toBeDefined()
    void supervisor.task('import')?.abort({ runId: ids[1] })
    await clock.advance('1m')

    expect(hung()).toBeUndefined()
  })

  it('aborts only the run that hangs', async () => {
    const { clock, ended, recorder } = await parallel([beating, sleeping, beating])
    await clock.advance('20m')

    expect(ended()).toEqual([[1, 'restart']])
    expect(recorder.of('restart.refused')).toEqual([])
  })

  it('aborts each run that hangs, also while the first of them is still the reason', async () => {
    const { clock, ended } = await parallel([sleeping, sleeping, beating, sleeping])
    await clock.advance('30m')

    expect(ended()).toEqual([
      [0, 'restart'],
      [1, 'restart'],
      [3, 'restart'],
    ])
  })

  it('asks once for a run that ignores its signal, and then for the next that hangs', async () => {
    const { clock, ended, recorder } = await parallel([deaf, sleeping, beating], { allowAbandoned: 1 })
    await clock.advance('30m')

    expect(ended()).toEqual([
      [0, 'restart'],
      [1, 'restart'],
    ])
    expect(recorder.of('rule.opened')).toHaveLength(1)
  })

  it('slow aborts only the run that takes too long, if it makes no progress', async () => {
    const { clock, ended, recorder, ids } = await parallel([sleeping, beating], {
      health: [rules.slow({ limit: '5m', restarts: true })],
    })
    await clock.advance('20m')

    expect(recorder.of('rule.opened')[0]?.reason).toBe(
      `run ${ids[0]}, 1 of 2 active runs, has taken 5 min so far, limit 5 min`,
    )
    expect(ended()).toEqual([[0, 'restart']])
  })

  it('a function of a user names the run to abort', async () => {
    const worst = rule(
      'worst',
      (facts) => {
        const { runId, ageMs = 0 } = facts.activeRuns < 3 ? {} : (facts.mostSilent() ?? {})
        if (ageMs < 360_000) return undefined
        return { status: 'unhealthy', value: 1, limit: 0, reason: 'too old', runId }
      },
      { restarts: true },
    )
    const { clock, ended } = await parallel([beating, sleeping, sleeping], { health: [worst] })
    await clock.advance('10m')

    expect(ended()).toEqual([[1, 'restart']])
  })

  it('aborts nothing if the run that a rule names has ended', async () => {
    const gone = rule('gone', () => ({ status: 'unhealthy', value: 1, limit: 0, reason: 'x', runId: 'r' }), {
      restarts: true,
    })
    const { recorder, ended } = await parallel([sleeping, sleeping], { health: [gone] })

    expect(recorder.of('restart.refused').map(({ reason }) => reason)).toEqual(['pending'])
    expect(ended()).toEqual([])
  })
})

describe('an external loop with several connections', () => {
  const scene = async () => {
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock })
    const task = supervisor.external({ name: 'sockets', expects: loop() })
    await supervisor.start()
    const connect = async () => {
      const call = task.begin()
      await clock.advance('1s')
      return call
    }
    return { clock, task, connect }
  }

  it('is hung when the second stops calling beat(), although the first never calls it', async () => {
    const { clock, task, connect } = await scene()
    await connect()
    const second = await connect()
    second.context.beat()
    await clock.advance('11m')

    expect(task.health().reasons[0]).toMatchObject({ rule: 'hung' })
    expect(task.health().reasons[0]?.reason).toMatch(
      /^run .*-2, 1 of 2 active runs, has neither called beat\(\) nor ended a unit for 11/,
    )
  })

  it('is up as soon as one of them is ready', async () => {
    const { clock, task, connect } = await scene()
    const first = await connect()
    first.end(new Error('reset'))
    await clock.advance('1m')
    expect(task.health().reasons[0]?.rule).toBe('not-running')
    await connect()
    const second = await connect()
    second.context.ready()
    await clock.advance(1)

    expect(task.health().reasons.map(({ rule, reason }) => [rule, reason])).toEqual([])
  })
})
