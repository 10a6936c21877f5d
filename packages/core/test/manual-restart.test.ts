import { describe, expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { always, backoff, every, loop, manual, schedules } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', run: untilAborted, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  return { ...scene, task }
}

const down = (): never => {
  throw new Error('down')
}

describe('a manual restart', () => {
  it('ends the active run, starts the next one when it has ended, and resolves then', async () => {
    const { clock, recorder, task } = await started({
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        await new Promise<void>((resolve) => void clock.timer(resolve, 2_000))
      },
    })
    let answer: unknown
    void task.restart().then((result) => {
      answer = result
    })
    await clock.advance(1_999)
    expect(answer).toBeUndefined()
    expect(recorder.of('run.started')).toHaveLength(1)

    await clock.advance(1)

    expect(answer).toEqual({ restarted: true })
    expect(recorder.of('run.ended')).toMatchObject([
      { outcome: 'cancelled', abortedFor: 'restart', rule: undefined },
    ])
    expect(recorder.of('run.started')[1]).toMatchObject({ trigger: 'restart', generation: 2 })
    expect(recorder.of('restart.scheduled')).toEqual([])
    expect(task.metrics().restarts.manual).toBe(0)
    expect(task.restartsLeft()).toBe(10)
  })

  it('of a loop in backoff starts it immediately and leaves no second start behind', async () => {
    let isUp = false
    const { clock, recorder, task } = await started({
      schedule: loop(),
      restart: always({ backoff: backoff.fixed('1h') }),
      run: (context) => (isUp ? untilAborted(context) : down()),
    })
    expect(task.state).toBe('backing-off')
    isUp = true

    expect(await task.restart()).toEqual({ restarted: true })
    await clock.advance(2 * 3_600_000)

    expect(task.nextRestartAt).toBeUndefined()
    expect(recorder.of('run.started')).toHaveLength(2)
    expect(task.restartsLeft()).toBe(10)
  })

  it('ends parking, failure and the restart streak, and uses no budget', async () => {
    for (const exhausted of ['park', 'escalate', 'stop'] as const) {
      let isUp = false
      const { clock, supervisor, recorder, task } = await started({
        schedule: loop(),
        restart: always({ budget: { restarts: 3, within: '1h' }, exhausted }),
        run: (context) => (isUp ? untilAborted(context) : down()),
      })
      await clock.advance(30_000)
      expect(task.state).toBe({ park: 'parked', escalate: 'failed', stop: 'stopped' }[exhausted])
      expect(supervisor.live().ok).toBe(exhausted !== 'escalate')
      isUp = true

      expect(await task.restart()).toEqual({ restarted: true })

      expect(task.state).toBe('running')
      expect(task.nextRestartAt).toBeUndefined()
      expect(supervisor.live().ok).toBe(true)
      expect(recorder.of('run.started').at(-1)?.trigger).toBe('restart')
      await clock.advance(3_600_001)
      expect(task.restartsLeft()).toBe(3)
      expect(task.state).toBe('running')
    }
  })

  it('of a scheduled task starts an extra run now', async () => {
    const { clock, recorder, task } = await started({
      schedule: every('1h', { immediate: true }),
      run: () => {},
    })
    await clock.advance(60_000)

    expect(await task.restart()).toEqual({ restarted: true })
    await clock.advance(3_600_000)

    expect(
      recorder.of('run.started').map(({ trigger, scheduledAt }) => [trigger, scheduledAt === undefined]),
    ).toEqual([
      ['schedule', false],
      ['restart', true],
      ['schedule', false],
    ])
  })

  it('resolves both of two concurrent calls and starts one run', async () => {
    const { clock, recorder, task } = await started({ schedule: loop() })

    const answers = [task.restart(), task.restart()]
    await clock.advance(0)

    expect(await Promise.all(answers)).toEqual([
      { restarted: false, reason: 'replaced' },
      { restarted: true },
    ])
    expect(recorder.of('run.started')).toHaveLength(2)
  })

  it('reports that the run ignores its abort, so that the next one is blocked', async () => {
    const { clock, task } = await started({ schedule: loop(), abortGrace: '1s', run: ignoring })

    const answer = task.restart()
    await clock.advance(1_000)

    expect(await answer).toEqual({ restarted: false, reason: 'stuck' })
    expect(task.state).toBe('stuck')
  })

  it('is counted only if the run is abandoned and the loop restarts when it has ended', async () => {
    const { clock, supervisor, recorder } = setUp()
    const task = supervisor.register({
      name: 'a',
      schedule: loop(),
      abortGrace: '1s',
      restart: always({ backoff: backoff.fixed('3s') }),
      run: () => new Promise<void>((resolve) => void clock.timer(resolve, 5_000)),
    })
    await supervisor.start()
    await clock.advance(0)
    const answer = task.restart()
    await clock.advance(1_000)
    expect(await answer).toEqual({ restarted: false, reason: 'stuck' })
    expect(task.metrics().restarts).toMatchObject({ manual: 0, stuck: 0 })

    await clock.advance(4_000)

    expect(recorder.of('restart.scheduled')).toMatchObject([{ cause: 'manual', delayMs: 3_000 }])
    expect(task.metrics().restarts).toMatchObject({ manual: 1, stuck: 0 })
  })

  it('reports that a stop, a pause or an unregister came first', async () => {
    for (const [interrupt, reason] of [
      ['stop', 'stopping'],
      ['pause', 'paused'],
      ['unregister', 'unregistered'],
    ] as const) {
      const { clock, supervisor, task } = await started({ schedule: loop(), abortGrace: '1s', run: ignoring })
      const answer = task.restart()
      if (interrupt === 'stop') void supervisor.stop()
      else void task[interrupt]()
      await clock.advance(0)

      expect(await answer).toEqual({ restarted: false, reason })
    }
  })

  it('is refused while stuck, paused or stopping, before the start, and after an unregister', async () => {
    const early = setUp().supervisor.register({ name: 'a', run: () => {} })
    expect(await early.restart()).toEqual({ restarted: false, reason: 'not-started' })

    const { clock, supervisor, recorder, task } = await started({
      schedule: manual(),
      timeout: '1s',
      abortGrace: '1s',
      run: ignoring,
    })
    task.pause()
    expect(await task.restart()).toEqual({ restarted: false, reason: 'paused' })
    task.resume()
    void task.trigger()
    await clock.advance(2_000)
    expect(await task.restart()).toEqual({ restarted: false, reason: 'stuck' })
    const other = supervisor.register({ name: 'b', schedule: manual(), run: () => {} })
    expect(recorder.of('restart.refused').map(({ reason, cause }) => [reason, cause])).toEqual([
      ['paused', 'manual'],
      ['stuck', 'manual'],
    ])

    await supervisor.stop()

    expect(await other.restart()).toEqual({ restarted: false, reason: 'stopping' })
    await task.unregister()
    expect(await task.restart()).toEqual({ restarted: false, reason: 'unregistered' })
    expect(recorder.types().at(-1)).toBe('shutdown.ended')
  })

  it('runs a finished once task again', async () => {
    const { clock, task } = await started({
      schedule: schedules.once({ after: 0, keep: true }),
      run: () => {},
    })
    await clock.advance(0)
    expect(task.state).toBe('finished')

    expect(await task.restart()).toEqual({ restarted: true })

    expect(task.metrics().started).toBe(2)
    expect(task.state).toBe('finished')
  })
})

describe('unregister', () => {
  it('aborts the runs, waits until they end, and frees the name', async () => {
    const { clock, supervisor, recorder, task } = await started({
      schedule: every('1s', { immediate: true }),
      run: async ({ sleep }) => {
        await sleep('1d')
        await new Promise<void>((resolve) => void clock.timer(resolve, 500))
      },
    })
    let isGone = false
    void task.unregister().then(() => {
      isGone = true
    })
    await clock.advance(499)
    expect(isGone).toBe(false)
    expect(supervisor.task('a')).toBe(task)
    expect(task.state).toBe('running')
    expect(task.nextRunAt).toBeUndefined()

    await clock.advance(1)

    expect(isGone).toBe(true)
    expect(supervisor.task('a')).toBeUndefined()
    expect(recorder.types('a').slice(-3)).toEqual(['run.ended', 'task.stopped', 'task.unregistered'])
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled', abortedFor: 'unregistered' }])
    await clock.advance(60_000)
    expect(recorder.of('run.started')).toHaveLength(1)
  })

  it('waits for a run that ignores its abort until it is abandoned', async () => {
    const { clock, task } = await started({ schedule: loop(), abortGrace: '3s', run: ignoring })
    const gone = task.unregister()

    await clock.advance(3_000)

    await gone
    expect(task.active()).toMatchObject([{ abandoned: true }])
  })

  it('can be called concurrently and repeatedly', async () => {
    const { task, recorder } = await started({ schedule: manual(), run: () => {} })

    await Promise.all([task.unregister(), task.unregister()])
    await task.unregister()

    expect(recorder.of('task.unregistered')).toHaveLength(1)
  })

  it('works before the start, and emits nothing after the stop', async () => {
    const { supervisor, recorder } = setUp()
    const early = supervisor.register({ name: 'early', run: () => {} })
    await early.unregister()
    const late = supervisor.register({ name: 'late', run: () => {} })
    await supervisor.start()
    await supervisor.stop()

    await late.unregister()

    expect(supervisor.task('late')).toBeUndefined()
    expect(recorder.types().at(-1)).toBe('shutdown.ended')
  })
})
