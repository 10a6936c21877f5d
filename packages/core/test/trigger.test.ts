import { describe, expect, it } from 'vitest'
import type { TaskOptions, TriggerResult } from '../src/index.ts'
import { every, loop, manual, never, schedules } from '../src/index.ts'
import { deferred, ignoring, setUp, untilAborted } from './supervised.ts'

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp()
  const task = scene.supervisor.register({ name: 'a', schedule: manual(), run: untilAborted, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  return { ...scene, task }
}

describe('trigger', () => {
  it('passes on its input and resolves with the value of the run', async () => {
    const { task } = await started({ run: async ({ input, trigger }) => `${trigger} ${String(input)}` })

    const result = await task.trigger(7)

    expect(result).toMatchObject({ started: true, outcome: 'succeeded', value: 'manual 7', error: undefined })
    expect(result.started && result.runId).toBe(task.history()[0]?.runId)
  })

  it('resolves with the error of the run and never rejects', async () => {
    const error = new RangeError('no')
    const { task } = await started({ run: () => Promise.reject(error) })

    expect(await task.trigger()).toMatchObject({ started: true, outcome: 'failed', error })
  })

  it('resolves when the run is abandoned, not when it settles later', async () => {
    const { clock, task } = await started({ timeout: '1s', abortGrace: '2s', run: ignoring })
    const result = task.trigger()

    await clock.advance(3_000)

    expect(await result).toMatchObject({ started: true, outcome: 'abandoned', durationMs: 3_000 })
  })

  it('works before the start', async () => {
    const { supervisor } = setUp()
    const task = supervisor.register({ name: 'a', run: () => 'early' })

    expect(await task.trigger()).toMatchObject({ started: true, value: 'early' })
    expect(task.state).toBe('registered')
  })

  it('starts a loop in backoff and leaves no second start behind', async () => {
    const { clock, recorder, task } = await started({
      schedule: loop(),
      run: ({ trigger, sleep }) => (trigger === 'startup' ? Promise.reject(new Error('no')) : sleep('1d')),
    })
    expect(task.state).toBe('backing-off')

    void task.trigger()
    await clock.advance(10_000)

    expect(recorder.of('run.started').map(({ trigger }) => trigger)).toEqual(['startup', 'manual'])
    expect(task.state).toBe('running')
  })

  it('runs the trial of a parked loop', async () => {
    let isUp = false
    const { clock, task } = await started({
      schedule: loop(),
      run: ({ sleep }) => (isUp ? sleep('1d') : Promise.reject(new Error('down'))),
    })
    await clock.advanceUntil(() => task.state === 'parked')
    isUp = true

    void task.trigger()
    expect(task.state).toBe('running')
    expect(task.health().status).toBe('unhealthy')
    await clock.advanceUntil(() => task.health().status === 'healthy')

    expect(task.state).toBe('running')
    expect(task.nextRestartAt).toBeUndefined()
    expect(task.metrics().started).toBe(12)
  })
})

describe('trigger resolves without a run when', () => {
  const refused = (reason: string): TriggerResult => ({ started: false, reason }) as TriggerResult

  it('a run is active', async () => {
    const { recorder, task } = await started()
    void task.trigger()

    expect(await task.trigger()).toEqual(refused('overlap'))
    expect(recorder.of('run.skipped')).toMatchObject([
      { reason: 'overlap', count: 1, scheduledAt: undefined },
    ])
  })

  it('a loop is running', async () => {
    const { task } = await started({ schedule: loop() })

    expect(await task.trigger()).toEqual(refused('overlap'))
  })

  it('the task is paused', async () => {
    const { task } = await started()
    task.pause()

    expect(await task.trigger()).toEqual(refused('paused'))
  })

  it('the task is on standby', async () => {
    const { recorder, task } = await started({ enabled: () => false })

    expect(await task.trigger()).toEqual(refused('standby'))
    expect(recorder.of('run.skipped')).toMatchObject([{ reason: 'standby' }])
  })

  it('the task is stuck', async () => {
    const { clock, task } = await started({ timeout: '1s', abortGrace: 0, run: ignoring })
    void task.trigger()
    await clock.advance(1_000)

    expect(await task.trigger()).toEqual(refused('stuck'))
  })

  it('the supervisor is stopping or stopped', async () => {
    const { clock, supervisor, recorder, task } = await started()
    const other = supervisor.register({ name: 'other', run: ignoring })
    void other.trigger()
    const stopping = supervisor.stop()
    await clock.advance(0)

    expect(await task.trigger()).toEqual(refused('stopping'))
    await clock.advance(25_000)
    await stopping
    expect(await task.trigger()).toEqual(refused('stopping'))
    expect(recorder.types().at(-1)).toBe('shutdown.ended')
  })

  it('the task has finished', async () => {
    const { task } = await started({ schedule: loop(), restart: never(), run: () => {} })

    expect(task.state).toBe('finished')
    expect(await task.trigger()).toEqual(refused('finished'))
  })

  it('the task was unregistered, even if another task has its name now', async () => {
    const { supervisor, task } = await started()
    await task.unregister()
    expect(await task.trigger()).toEqual(refused('unregistered'))

    const heir = supervisor.register({ name: 'a', run: () => {} })

    expect(await task.trigger()).toEqual(refused('unregistered'))
    expect(heir.metrics().started).toBe(0)
  })

  it('the task is being unregistered', async () => {
    const { task } = await started({ run: ignoring })
    void task.trigger()
    void task.unregister()

    expect(await task.trigger()).toEqual(refused('unregistered'))
  })

  it('the runs of the task are calls or spawned work', async () => {
    const { supervisor } = await started()
    const called = supervisor.instrument({ name: 'called' }, (text: string) => text)
    supervisor.spawn('spawned', () => {})

    for (const name of ['called', 'spawned']) {
      const task = supervisor.task(name)
      const before = task?.metrics().started
      expect(await task?.trigger()).toEqual(refused('external'))
      expect(await task?.restart()).toEqual({ restarted: false, reason: 'external' })
      expect(task?.metrics().started).toBe(before)
    }
    expect(called('through')).toBe('through')
  })

  it('the maximum of spawned runs is reached', async () => {
    const { supervisor } = await started()
    const first = supervisor.spawn('job', untilAborted, { max: 1 })
    const second = supervisor.spawn('job', untilAborted)

    expect(await second.outcome).toEqual(refused('full'))
    expect(supervisor.task('job')?.metrics().skipped.overlap).toBe(1)
    first.abort()
    expect(await first.outcome).toMatchObject({ outcome: 'cancelled' })
  })
})

describe('overlap', () => {
  async function gated(overlap: TaskOptions['overlap']) {
    const gates: ReturnType<typeof deferred>[] = []
    const inputs: unknown[] = []
    const scene = await started({
      overlap,
      run: ({ input }) => {
        inputs.push(input)
        const gate = deferred()
        gates.push(gate)
        return gate.promise
      },
    })
    const end = async (index: number) => {
      gates[index]?.resolve()
      await scene.clock.advance(0)
    }
    return { ...scene, inputs, end }
  }

  it('queue keeps one pending request, and the newest replaces the older', async () => {
    const { recorder, task, inputs, end } = await gated('queue')
    const results = [1, 2, 3].map((input) => task.trigger(input))
    expect(await results[1]).toEqual({ started: false, reason: 'replaced' })
    expect(inputs).toEqual([1])

    await end(0)
    expect(inputs).toEqual([1, 3])
    await end(1)

    expect(await results[0]).toMatchObject({ outcome: 'succeeded' })
    expect(await results[2]).toMatchObject({ outcome: 'succeeded' })
    expect(recorder.of('run.skipped')).toMatchObject([{ reason: 'replaced' }])
  })

  it('queue refuses the pending request when the task is paused or unregistered or its run is abandoned', async () => {
    for (const [end, reason] of [
      ['pause', 'paused'],
      ['unregister', 'unregistered'],
    ] as const) {
      const { task } = await gated('queue')
      void task.trigger()
      const waiting = task.trigger()
      void task[end]()
      expect(await waiting).toEqual({ started: false, reason })
    }
    const { clock, task } = await started({ overlap: 'queue', timeout: '1s', abortGrace: 0, run: ignoring })
    void task.trigger()
    const waiting = task.trigger()
    await clock.advance(1_000)
    expect(await waiting).toEqual({ started: false, reason: 'stuck' })
  })

  it('cancel-previous aborts the run and starts the next only when it has ended', async () => {
    const order: string[] = []
    const { clock, task } = await started({
      overlap: 'cancel-previous',
      run: async ({ input, signal, sleep }) => {
        order.push(`start ${String(input)}`)
        await sleep('1h')
        if (signal.aborted) await new Promise<void>((resolve) => void clock.timer(resolve, 500))
        order.push(`end ${String(input)}`)
      },
    })
    const first = task.trigger(1)
    const second = task.trigger(2)
    const third = task.trigger(3)

    await clock.advance(500)
    expect(await first).toMatchObject({ outcome: 'cancelled', error: undefined })
    expect(await second).toEqual({ started: false, reason: 'replaced' })
    await clock.advance(3_600_000)

    expect(order).toEqual(['start 1', 'end 1', 'start 3', 'end 3'])
    expect(await third).toMatchObject({ outcome: 'succeeded' })
    expect(task.metrics().outcomes).toMatchObject({ cancelled: 1, succeeded: 1, failed: 0 })
  })

  it('parallel limits the number of concurrent runs', async () => {
    const { task, inputs, end } = await gated({ parallel: 2 })
    const results = [1, 2, 3].map((input) => task.trigger(input))

    expect(inputs).toEqual([1, 2])
    expect(await results[2]).toEqual({ started: false, reason: 'overlap' })
    expect(task.active()).toHaveLength(2)
    await end(1)
    void task.trigger(4)
    expect(inputs).toEqual([1, 2, 4])
  })

  it('queue keeps a slot that was due during a run', async () => {
    const { clock, recorder, task } = await started({
      schedule: every('10s', { immediate: true }),
      overlap: 'queue',
      run: ({ sleep }) => sleep('15s'),
    })

    await clock.advance(30_000)

    const slots = recorder.of('run.started').map(({ scheduledAt }) => scheduledAt ?? 0)
    expect(slots.map((slot) => slot - (slots[0] ?? 0))).toEqual([0, 10_000, 20_000])
    expect(recorder.of('run.started')[1]?.latenessMs).toBe(5_000)
    expect(task.state).toBe('running')
  })
})

describe('a once task', () => {
  it('runs once and is unregistered', async () => {
    const { clock, supervisor, recorder } = await started({
      schedule: schedules.once({ after: '5s' }),
      run: () => 'done',
    })

    await clock.advance(5_000)

    expect(supervisor.task('a')).toBeUndefined()
    expect(recorder.types('a').slice(-3)).toEqual(['run.ended', 'task.stopped', 'task.unregistered'])
  })

  it('stays registered if it is kept, and can be rescheduled', async () => {
    const { clock, task } = await started({
      schedule: schedules.once({ after: '5s', keep: true }),
      run: () => {},
    })
    await clock.advance(5_000)
    expect(task.state).toBe('finished')
    expect(await task.trigger()).toEqual({ started: false, reason: 'finished' })

    task.reschedule(schedules.once({ after: '5s', keep: true }))
    await clock.advance(5_000)

    expect(task.metrics().outcomes.succeeded).toBe(2)
    expect(task.state).toBe('finished')
  })

  it('runs at the start if its time has passed, and stays registered if it fails', async () => {
    const { clock, task } = await started({
      schedule: schedules.once({ at: '2020-01-01T00:00:00Z' }),
      run: () => {
        throw new Error('no')
      },
    })

    await clock.advance(86_400_000)

    expect(task.metrics()).toMatchObject({ started: 1, outcomes: { failed: 1 } })
    expect(task.state).toBe('waiting')
    expect(task.health().status).toBe('unhealthy')
  })
})
