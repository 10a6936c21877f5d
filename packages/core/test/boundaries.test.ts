import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, cron, every, loop, onFailure, retry } from '../src/index.ts'
import { deferred, ignoring, setUp, untilAborted } from './supervised.ts'

async function started(options: Partial<TaskOptions>, startAt = '2026-01-01T12:00:00Z') {
  const scene = setUp({ startAt })
  const task = scene.supervisor.register({ name: 'a', run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  return { ...scene, task }
}

const failing = (): never => {
  throw new Error('no')
}

describe('an abort by the supervisor', () => {
  it('ends the run as cancelled, whether the function resolves or rejects', async () => {
    for (const end of ['resolves', 'rejects'] as const) {
      const { clock, supervisor, recorder } = setUp()
      const run: TaskOptions['run'] = async ({ sleep }) => {
        await sleep('1h')
        if (end === 'rejects') failing()
      }
      const task = supervisor.register({ name: 'a', schedule: loop(), run })
      await supervisor.start()
      task.pause()
      await clock.advance(0)
      expect(recorder.of('run.ended').map(({ outcome }) => outcome)).toEqual(['cancelled'])
      expect(task.metrics().consecutiveFailures).toBe(0)
    }
  })
})

describe('a retry', () => {
  it('is repeated as often as configured', async () => {
    const { clock, recorder, task } = await started({
      retry: retry(2, { backoff: backoff.fixed(10, { jitter: 0 }) }),
      run: failing,
    })
    const result = task.trigger()
    await clock.advance(1_000)
    expect(recorder.of('run.retried')).toHaveLength(2)
    expect(recorder.of('run.ended').map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [3, 'failed'],
    ])
    expect(await result).toMatchObject({ outcome: 'failed' })
  })

  it('starts before the next slot or not at all', async () => {
    for (const [waitMs, attempts] of [
      [99, 2],
      [100, 1],
    ] as const) {
      const { clock, recorder } = await started({
        schedule: every(100, { immediate: true }),
        retry: retry(1, { backoff: backoff.fixed(waitMs, { jitter: 0 }) }),
        run: failing,
      })
      await clock.advance(100)
      expect(recorder.of('run.ended')[0]?.attempt).toBe(attempts)
    }
  })
})

describe('a slot that is decided late', () => {
  it('still runs if it is exactly as late as catch-up allows', async () => {
    for (const [lateMs, runs] of [
      [2_000, 1],
      [2_001, 0],
    ] as const) {
      const { clock, recorder } = await started({
        schedule: every('10s', { immediate: true, catchUp: '2s' }),
      })
      await clock.advance(10_000 - 1)
      clock.block(lateMs + 1)
      await clock.advance(0)
      expect(recorder.of('run.started')).toHaveLength(1 + runs)
      expect(recorder.of('run.missed')).toHaveLength(1 - runs)
    }
  })

  it('runs under misfire skip only if it is slightly late', async () => {
    for (const [lateMs, runs] of [
      [1_000, 1],
      [1_001, 0],
    ] as const) {
      const { clock, recorder } = await started({
        schedule: every('10s', { immediate: true, misfire: 'skip' }),
      })
      await clock.advance(9_999)
      clock.block(lateMs + 1)
      await clock.advance(0)
      expect(recorder.of('run.started')).toHaveLength(1 + runs)
    }
  })
})

describe('a slot in wall time', () => {
  it('waits for its time when the clock was set back a little', async () => {
    const { clock, recorder } = await started({ schedule: cron('1 * * * *', { timeZone: 'UTC' }) })
    clock.jump(-500)
    await clock.advance(60_499)
    expect(recorder.of('run.started')).toHaveLength(0)
    await clock.advance(1)
    expect(recorder.of('run.started').map(({ at }) => new Date(at).toISOString())).toEqual([
      '2026-01-01T12:01:00.000Z',
    ])
  })

  it('does not run again when lastSlot() answers late', async () => {
    const answer = deferred()
    const { clock, recorder } = await started({
      schedule: cron('0 * * * *', { timeZone: 'UTC', catchUp: '1h' }),
      lastSlot: () => answer.promise.then(() => new Date('2026-01-01T11:00:00Z')),
    })
    expect(recorder.of('run.started')).toHaveLength(1)
    answer.resolve()
    await clock.advance(60_000)
    expect(recorder.of('run.started')).toHaveLength(1)
  })
})

describe('a loop', () => {
  it('has no restart time once it is paused', async () => {
    const { task } = await started({ schedule: loop(), run: failing })
    expect(task.nextRestartAt).toBeDefined()
    task.pause()
    expect(task.nextRestartAt).toBeUndefined()
  })

  it('keeps its budget when it is restarted manually during a backoff', async () => {
    const restart = always({ budget: { restarts: 1, within: '1h' } })
    const { clock, recorder, task } = await started({ schedule: loop(), run: failing, restart })
    await task.restart()
    await clock.advance(5_000)
    expect(recorder.of('run.started').map(({ trigger }) => trigger)).toEqual([
      'startup',
      'restart',
      'restart',
    ])
    expect(recorder.of('task.parked')).toHaveLength(1)
  })

  it('follows its restart mode when its predicate throws', async () => {
    const when = (): never => {
      throw new Error('no predicate')
    }
    const { recorder } = await started({ schedule: loop(), run: failing, restart: onFailure({ when }) })
    expect(recorder.of('restart.scheduled')).toHaveLength(1)
  })
})

describe('stop', () => {
  it('leaves no slot armed while runs are still ending', async () => {
    const { clock, supervisor, task } = await started({
      schedule: every('1s', { immediate: true }),
      run: ignoring,
    })
    const stopped = supervisor.stop({ classGrace: '3s' })
    await clock.advance(500)
    expect(supervisor.report().phase).toBe('stopping')
    expect(task.nextRunAt).toBeUndefined()
    await clock.advance(10_000)
    await stopped
  })

  it('grants no extension from the reserve of a higher class', async () => {
    const { clock, supervisor } = setUp()
    const left: number[] = []
    supervisor.register({
      name: 'greedy',
      priority: 'low',
      schedule: loop(),
      run: ({ signal, extend }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => left.push(extend('1h')))
        }),
    })
    supervisor.register({ name: 'other', priority: 'high', schedule: loop(), run: untilAborted })
    await supervisor.start()
    const stopped = supervisor.stop({ deadline: '20s', classGrace: '1s' })
    await clock.advance(20_000)
    expect(left).toEqual([15_000])
    expect((await stopped).classes.map(({ tookMs }) => tookMs)).toEqual([15_000, 0])
  })

  it('exits with 1 if a task escalated, even if nothing was abandoned', async () => {
    const restart = always({ budget: { restarts: 0, within: '1h' }, exhausted: 'escalate' })
    const { supervisor } = await started({ schedule: loop(), run: failing, restart })
    expect(await supervisor.stop()).toMatchObject({ abandoned: [], escalated: ['a'], exitCode: 1 })
  })
})
