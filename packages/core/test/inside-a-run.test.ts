import { describe, expect, it } from 'vitest'
import type { RunContext, ShutdownReport, Task } from '../src/index.ts'
import { every, loop, manual, Supervisor } from '../src/index.ts'
import { hasCheapContext } from '../src/shell/current-run.ts'
import { VirtualClock } from '../src/testing/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

async function runOnce(
  body: (context: RunContext, task: Task, note: (answer: unknown) => void) => unknown,
  options: object = {},
) {
  const scene = setUp()
  const answers: unknown[] = []
  const task: Task = scene.supervisor.register({
    name: 'job',
    schedule: manual(),
    ...options,
    run: (context) => body(context, task, (answer) => void answers.push(answer)),
  })
  await scene.supervisor.start()
  const result = task.trigger()
  await scene.clock.advance(0)
  return { ...scene, task, answers, result }
}

describe('context.task', () => {
  it('has the name of the task, also as a text', async () => {
    const { answers } = await runOnce(({ task }, _task, note) => {
      note(task.name)
      note(`${task}`)
    })

    expect(answers).toEqual(['job', 'job'])
  })

  it('unregisters the task, which is gone once the run has ended', async () => {
    const { supervisor, recorder, answers } = await runOnce(async ({ task, sleep }, _task, note) => {
      await turn()
      note(task.unregister())
      await sleep('1h')
    })
    await turn()

    expect(answers).toEqual([undefined])
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled', durationMs: 0 }])
    expect(supervisor.task('job')).toBeUndefined()
  })

  it('triggers the next run, which starts when this one has ended', async () => {
    const { recorder } = await runOnce(
      ({ task, input }) => {
        if (input === undefined) task.trigger('again')
      },
      { overlap: 'queue' },
    )

    expect(recorder.of('run.ended').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
  })

  it('restarts, reschedules and pauses the task', async () => {
    const { clock, supervisor, recorder } = setUp()
    const generations: number[] = []
    const polls: string[] = []
    supervisor.register({
      name: 'consumer',
      schedule: loop(),
      run: async ({ task, sleep }) => {
        generations.push(generations.length)
        if (generations.length < 3) task.restart()
        else task.pause('enough')
        await sleep('1h')
      },
    })
    const poll = supervisor.register({
      name: 'poll',
      schedule: every('1m', { immediate: true }),
      run: ({ task, runId }) => {
        polls.push(runId)
        if (polls.length === 1) task.reschedule(every('1h'))
      },
    })
    await supervisor.start()
    await clock.advance('10m')

    expect(generations).toEqual([0, 1, 2])
    expect(supervisor.task('consumer')?.pauseReason).toBe('enough')
    expect(recorder.of('run.ended').filter(({ outcome }) => outcome === 'abandoned')).toEqual([])
    expect(poll.info.schedule.periodMs).toBe(3_600_000)
  })

  it('can be destructured', async () => {
    const { supervisor } = await runOnce(({ task: { unregister } }) => unregister())
    await turn()

    expect(supervisor.task('job')).toBeUndefined()
  })
})

const places = [
  ['in the synchronous part of a run', () => undefined, true],
  ['after an await in a run', turn, hasCheapContext],
] as const

describe.each(places)('a call that would wait for its own run, %s', (_, pause, isRecognized) => {
  const there =
    (call: (context: RunContext, task: Task, note: (answer: unknown) => void) => unknown) =>
    (context: RunContext, task: Task, note: (answer: unknown) => void): unknown => {
      const waited = pause()
      return waited === undefined ? call(context, task, note) : waited.then(() => call(context, task, note))
    }

  it('is answered, or named as the cause: unregister()', async () => {
    const { clock, recorder } = await runOnce(
      there(async (_context, task) => {
        await task.unregister()
      }),
    )
    await turn()
    await clock.advance('10s')

    expect(recorder.of('run.ended')).toMatchObject([
      isRecognized
        ? { outcome: 'cancelled', durationMs: 0, waitingCall: undefined }
        : { outcome: 'abandoned', durationMs: 5_000, waitingCall: 'task.unregister()' },
    ])
  })

  it('is answered, or waits: trigger() of a task that queues', async () => {
    const { clock, recorder, answers } = await runOnce(
      there(async ({ input }, task, note) => {
        if (input === undefined) note(await task.trigger('again'))
      }),
      { overlap: 'queue', timeout: '1m' },
    )
    await turn()
    await clock.advance('2m')

    expect(recorder.of('run.ended')).toMatchObject(
      isRecognized
        ? [{ outcome: 'succeeded' }, { outcome: 'succeeded' }]
        : [{ outcome: 'abandoned', waitingCall: 'task.trigger()' }],
    )
    expect(answers).toEqual([{ started: false, reason: isRecognized ? 'queued' : 'stuck' }])
  })

  it('is answered, or named as the cause: restart() of a loop', async () => {
    const { clock, supervisor, recorder } = setUp()
    const answers: unknown[] = []
    const task: Task = supervisor.register({
      name: 'loop',
      schedule: loop(),
      run: (context) =>
        there(async ({ sleep }) => {
          if (answers.length === 0) answers.push(await task.restart())
          await sleep('1d')
        })(context, task, () => {}),
    })
    await supervisor.start()
    await clock.advance(0)
    await turn()
    await clock.advance('10s')

    expect(answers).toEqual([isRecognized ? { restarted: true } : { restarted: false, reason: 'stuck' }])
    expect(recorder.of('run.ended')[0]).toMatchObject(
      isRecognized
        ? { outcome: 'cancelled', durationMs: 0 }
        : { outcome: 'abandoned', waitingCall: 'task.restart()' },
    )
  })

  it('is answered, or named as the cause: supervisor.stop()', async () => {
    const { clock, supervisor, recorder } = setUp()
    const reports: ShutdownReport[] = []
    supervisor.register({
      name: 'job',
      run: (context) =>
        there(async () => {
          reports.push(await supervisor.stop())
        })(context, task, () => {}),
    })
    supervisor.register({ name: 'other', schedule: loop(), priority: 'low', run: untilAborted })
    const task = supervisor.task('job') as Task
    await supervisor.start()
    void task.trigger()
    await clock.advance(0)
    await turn()
    await clock.advance('30s')
    const report = await supervisor.stop()

    expect(report.exitCode).toBe(isRecognized ? 0 : 1)
    expect(report.tookMs).toBe(isRecognized ? 0 : 10_000)
    expect(recorder.of('run.ended').find((event) => event.task === 'job')).toMatchObject(
      isRecognized ? { outcome: 'cancelled' } : { outcome: 'abandoned', waitingCall: 'supervisor.stop()' },
    )
    if (isRecognized) expect(reports[0]?.classes.map(({ priority }) => priority)).toEqual(['low'])
  })

  it('does not explain other runs, nor does a stop() from outside: they are merely slow', async () => {
    const { clock, supervisor, recorder } = setUp()
    supervisor.register({ name: 'slow', run: ignoring })
    supervisor.register({
      name: 'stops',
      run: (context) => there(() => supervisor.stop())(context, task, () => {}),
    })
    const task = supervisor.task('stops') as Task
    await supervisor.start()
    void supervisor.task('slow')?.trigger()
    supervisor.spawn('work', ignoring)
    void task.trigger()
    await clock.advance(0)
    await turn()
    await clock.advance('30s')
    const others = recorder.of('run.ended').filter((event) => event.task !== 'stops')

    expect(others).toMatchObject([
      { outcome: 'abandoned', waitingCall: undefined },
      { outcome: 'abandoned', waitingCall: undefined },
    ])
  })

  it('is answered, or named as the cause: stop() that drains', async () => {
    const { clock, supervisor } = setUp()
    const task: Task = supervisor.register({
      name: 'job',
      run: (context) =>
        there(async () => void (await supervisor.stop({ drain: true })))(context, task, () => {}),
    })
    await supervisor.start()
    void task.trigger()
    await clock.advance(0)
    await turn()
    await clock.advance('30s')

    expect((await supervisor.stop()).tookMs).toBe(isRecognized ? 0 : 10_000)
  })

  it('is answered, or waits: dispose() of the owner', async () => {
    const { clock, supervisor, recorder } = setUp()
    const owner = supervisor.owner('mail')
    owner.register({ name: 'other', schedule: loop(), run: untilAborted })
    await supervisor.start()
    const handle = owner.spawn('job', (context) =>
      there(async () => void (await owner.dispose()))(context, {} as Task, () => {}),
    )
    await clock.advance(0)
    await turn()
    await clock.advance('10s')

    expect(await handle.outcome).toMatchObject({ outcome: isRecognized ? 'cancelled' : 'abandoned' })
    expect(owner.tasks()).toEqual([])
    expect(recorder.of('run.ended').map(({ task }) => task)).toContain('other')
  })

  it('is answered, or waits: stop() in an instrumented function', async () => {
    const { clock, supervisor } = setUp()
    const shutDown = supervisor.instrument({ name: 'shutdown' }, () =>
      Promise.resolve(pause()).then(() => supervisor.stop()),
    )
    const direct = supervisor.instrument({ name: 'direct' }, async () => supervisor.stop())
    await supervisor.start()
    void (isRecognized && !hasCheapContext ? direct() : shutDown())
    await turn()
    await clock.advance('30s')

    expect((await supervisor.stop()).tookMs).toBe(isRecognized ? 0 : 10_000)
  })
})

describe('a call that does not wait for its own run', () => {
  it('waits for runs of other tasks', async () => {
    const { clock, supervisor } = setUp()
    const seen: unknown[] = []
    const other = supervisor.register({ name: 'other', schedule: loop(), run: untilAborted })
    const job = supervisor.register({
      name: 'job',
      run: async () => {
        await other.unregister()
        seen.push(supervisor.task('other'))
      },
    })
    await supervisor.start()
    await clock.advance(0)
    await job.trigger()

    expect(seen).toEqual([undefined])
  })

  it('gets the outcome of a run beside it', async () => {
    const { answers } = await runOnce(
      async ({ input }, task, note) => {
        if (input === undefined) note(await task.trigger('again'))
      },
      { overlap: { parallel: 2 } },
    )
    await turn()

    expect(answers).toMatchObject([{ started: true, outcome: 'succeeded' }])
  })

  it('waits for the stop of another supervisor', async () => {
    const clock = new VirtualClock()
    const other = new Supervisor({ clock, observers: [], env: {} })
    other.register({ name: 'slow', schedule: loop(), run: untilAborted })
    await other.start()
    const { supervisor } = setUp()
    const job = supervisor.register({ name: 'job', run: () => other.stop() })
    await clock.advance(0)

    expect(await job.trigger()).toMatchObject({ value: { exitCode: 0, classes: [{ priority: 'normal' }] } })
  })
})

it('names the cure in the log line of the abandoned run', async () => {
  const { eventCatalogue } = await import('../src/events/catalogue.ts')
  const info = { schedule: { startedBy: 'trigger' } }
  const event = {
    task: 'job',
    info,
    outcome: 'abandoned',
    durationMs: 5_000,
    runId: 'a-1',
  } as never as Parameters<(typeof eventCatalogue)['run.ended']['sentence']>[0]

  expect(eventCatalogue['run.ended'].sentence({ ...event, waitingCall: 'task.unregister()' })).toBe(
    "Task 'job' ignored its aborted signal and was abandoned after 5 s, run a-1. task.unregister() waits for it: if the run itself awaits this call, use context.task.unregister() instead, which does not wait",
  )
})
