import { describe, expect, it } from 'vitest'
import type { EventOf, TaskOptions } from '../src/index.ts'
import { backoff, every, InvalidOptionError, logObserver, loop, manual, schedules } from '../src/index.ts'
import { ignoring, setUp, untilAborted } from './supervised.ts'

const start = Date.parse('2026-03-02T08:00:00Z')
const at = (seconds: number): Date => new Date(start + seconds * 1_000)

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-03-02T08:00:00Z' })
  const task = scene.supervisor.register({ name: 'a', schedule: manual(), run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const performed = () =>
    scene.recorder
      .of('control.performed')
      .map(({ control, by, reason, result }) => [control, by, reason, result].join(' '))
  return { ...scene, task, performed }
}

describe('a control that says who asks', () => {
  it('is reported with who, what, why and result, for every control', async () => {
    const { clock, task, performed } = await started({
      schedule: every('1h', { anchor: 'start' }),
      run: untilAborted,
    })
    const by = 'ada'

    void task.trigger(undefined, { by, reason: 'try it' })
    await clock.advance(0)
    task.abort({ by })
    await clock.advance(0)
    task.pause({ by, reason: 'migration' })
    task.resume({ by })
    task.reschedule(every('2h'), { by })
    void task.restart({ by })
    await clock.advance(0)
    await Promise.all([task.unregister({ by, reason: 'gone' }), clock.advance(0)])

    expect(performed()).toEqual([
      'trigger ada try it done',
      'abort ada  done',
      'pause ada migration done',
      'resume ada  done',
      'reschedule ada  done',
      'restart ada  done',
      'unregister ada gone done',
    ])
  })

  it('says that there was nothing to do, or why it was refused', async () => {
    const { clock, task, performed } = await started({
      schedule: every('1h', { anchor: 'start' }),
      run: untilAborted,
    })
    const by = 'ada'

    task.resume({ by })
    expect(task.abort({ by })).toBe(0)
    task.reschedule(every('1h', { anchor: 'start' }), { by })
    task.pause({ by })
    task.pause({ by })
    await task.trigger(undefined, { by })
    await task.restart({ by })
    task.resume({ by })
    void task.trigger(undefined, { by })
    await clock.advance(0)
    await task.trigger(undefined, { by })

    expect(performed()).toEqual([
      'resume ada  unchanged',
      'abort ada  unchanged',
      'reschedule ada  unchanged',
      'pause ada  done',
      'pause ada  unchanged',
      'trigger ada  paused',
      'restart ada  paused',
      'resume ada  done',
      'trigger ada  done',
      'trigger ada  overlap',
    ])
  })

  it('is queued behind a live run, and its refusal of another request is not its own', async () => {
    const { clock, task, performed } = await started({ overlap: 'queue', run: ({ sleep }) => sleep('1m') })
    void task.trigger()
    await clock.advance(0)

    void task.trigger(undefined, { by: 'ada' })
    void task.trigger(undefined, { by: 'bob' })
    task.pause({ by: 'eve' })

    expect(performed()).toEqual(['trigger ada  queued', 'trigger bob  queued', 'pause eve  done'])
  })

  it('comes before the events that follow from it', async () => {
    const { clock, recorder, task } = await started({ schedule: loop(), run: untilAborted })
    recorder.clear()

    task.pause({ by: 'ada' })
    await clock.advance(0)
    void task.unregister({ reason: 'gone' })
    await clock.advance(0)

    expect(recorder.events.map(({ type }) => type)).toEqual([
      'control.performed',
      'task.paused',
      'run.ended',
      'control.performed',
      'task.stopped',
      'task.unregistered',
    ])
  })

  it('is not reported without who and why, since it is a call of the service itself', async () => {
    const { clock, task, performed } = await started()
    void task.trigger()
    task.pause('maintenance')
    task.resume({})
    task.pause({ until: at(60) })
    await clock.advance('5m')

    expect(performed()).toEqual([])
  })

  it('is also an event of the skipped trigger, whoever starts the runs of the task', async () => {
    const { clock, supervisor, task, recorder } = await started()
    const hosted = supervisor.external({ name: 'hosted', control: { trigger: () => {}, stop: () => {} } })
    const skipped = () => recorder.of('run.skipped').map(({ task, reason, count }) => [task, reason, count])
    for (const each of [task, hosted]) each.pause()
    for (const each of [task, hosted])
      expect(await each.trigger()).toEqual({ started: false, reason: 'paused' })
    expect(skipped()).toEqual([
      ['a', 'paused', 1],
      ['hosted', 'paused', 1],
    ])
    expect(hosted.metrics().skipped.paused).toBe(1)

    const stopped = supervisor.stop()
    const answers = Promise.all([task, hosted].map((each) => each.trigger()))
    await Promise.all([stopped, clock.advance('1m')])
    expect(await answers).toEqual([
      { started: false, reason: 'stopping' },
      { started: false, reason: 'stopping' },
    ])
    expect(skipped().slice(2)).toEqual([
      ['a', 'stopping', 1],
      ['hosted', 'stopping', 1],
    ])
    expect(recorder.of('control.performed')).toEqual([])
  })

  it('is reported once for a request made by a run of another task', async () => {
    const { clock, supervisor, recorder, task } = await started({ run: untilAborted })
    supervisor.register({
      name: 'guard',
      schedule: schedules.once({ after: '1s' }),
      run: () => void task.pause({ by: 'guard', reason: 'disk is full' }),
    })
    await clock.advance('2s')

    const [event] = recorder.of('control.performed')
    expect(event).toMatchObject({ task: 'a', control: 'pause', by: 'guard', reason: 'disk is full' })
    expect(recorder.of('control.performed')).toHaveLength(1)
  })

  it('of a task that a host runs is reported too, also when the host can not do it', async () => {
    const { clock, supervisor, performed } = await started()
    const able = supervisor.external({ name: 'able', control: { trigger: () => false } })
    const unable = supervisor.external({ name: 'unable' })

    void able.trigger(undefined, { by: 'ada' })
    void unable.trigger(undefined, { by: 'bob' })
    void unable.restart({ by: 'bob' })
    able.pause({ by: 'ada' })
    void able.trigger(undefined, { by: 'ada' })
    void able.unregister({ by: 'ada' })
    await clock.advance('1m')

    expect(performed()).toEqual([
      'trigger ada  done',
      'trigger bob  external',
      'restart bob  external',
      'pause ada  done',
      'trigger ada  paused',
      'unregister ada  done',
    ])
  })

  it('reads well in a log', async () => {
    const lines: string[] = []
    const write = (line: string): void => void lines.push(line)
    const { clock, supervisor, task } = await started({ run: untilAborted })
    supervisor.observe(logObserver({ debug: () => {}, info: write, warn: write, error: write }))
    task.pause({ by: 'ada', reason: 'migration', until: at(3_600) })
    void task.trigger(undefined, { by: 'bob' })
    task.resume({ reason: 'done' })
    await clock.advance(0)

    expect(lines).toEqual([
      "Task 'a': ada paused it (migration)",
      "Task 'a' is paused until 2026-03-02T09:00:00.000Z: migration",
      "Task 'a': bob asked to trigger it: the task is paused",
      "Task 'a': A caller resumed it (done)",
      "Task 'a' is resumed",
    ])
  })
})

describe('abort', () => {
  it('ends a run that waits for its retry after a timeout', async () => {
    const { clock, recorder, task } = await started({
      timeout: '1s',
      retry: { times: 3, backoff: backoff.fixed('1m') },
      run: untilAborted,
    })
    void task.trigger()
    await clock.advance('2s')
    expect(recorder.of('run.retried')).toHaveLength(1)

    expect(task.abort()).toBe(1)
    await clock.advance('1h')

    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled', abortedFor: 'asked' }])
  })

  it('asks every live run to end, or one of them', async () => {
    const { clock, recorder, task } = await started({ overlap: { parallel: 3 }, run: untilAborted })
    for (let n = 0; n < 3; n += 1) void task.trigger()
    await clock.advance(0)
    const [first] = task.active()

    expect(task.abort({ runId: first?.runId, by: 'ada' })).toBe(1)
    expect(task.abort({ runId: 'unknown' })).toBe(0)
    expect(task.abort()).toBe(2)
    await clock.advance(0)

    expect(task.active()).toEqual([])
    expect(recorder.of('run.ended').map(({ outcome, abortedFor }) => [outcome, abortedFor])).toEqual([
      ['cancelled', 'asked'],
      ['cancelled', 'asked'],
      ['cancelled', 'asked'],
    ])
    expect(recorder.of('control.performed').map(({ runId }) => runId)).toEqual([first?.runId])
  })

  it('abandons a run that does not end within its grace, and does not ask it twice', async () => {
    const { clock, task } = await started({ abortGrace: '5s', run: ignoring })
    void task.trigger()
    await clock.advance(0)

    expect(task.abort()).toBe(1)
    expect(task.abort()).toBe(0)
    await clock.advance('5s')

    expect(task.state).toBe('stuck')
  })

  it('ends a run that waits for its next attempt', async () => {
    const run = (): never => {
      throw new Error('down')
    }
    const { clock, recorder, task } = await started({ run, retry: { times: 3 } })
    void task.trigger()
    await clock.advance(0)

    expect(task.abort()).toBe(1)
    expect(recorder.of('run.ended')).toMatchObject([{ outcome: 'cancelled' }])
  })
})

describe('pause of a paused task', () => {
  it('changes the reason and who paused it, and reports each reason once', async () => {
    const { recorder, task } = await started()
    task.pause({ by: 'ada', reason: 'moving' })
    task.pause()
    task.pause({ by: 'bob' })
    expect(task).toMatchObject({ pausedBy: 'ada', pauseReason: 'moving' })

    task.pause({ by: 'bob', reason: 'the new disk is broken' })
    task.pause({ by: 'bob', reason: 'the new disk is broken' })

    expect(task).toMatchObject({ pausedBy: 'bob', pauseReason: 'the new disk is broken' })
    expect(recorder.of('task.paused').map(({ reason }) => reason)).toEqual([
      'moving',
      'the new disk is broken',
    ])
  })
})

describe('pause with an end', () => {
  it('resumes by itself, at the slot of that very instant', async () => {
    const { clock, recorder, task } = await started({ schedule: every('10s', { immediate: true }) })
    task.pause({ until: at(40), reason: 'upstream is down' })
    expect(task).toMatchObject({ paused: true, pausedUntil: +at(40), pauseReason: 'upstream is down' })
    await clock.advance('65s')

    const starts = recorder.of('run.started').map((event) => (event.at - start) / 1_000)
    expect(starts).toEqual([0, 40, 50, 60])
    expect(recorder.of('task.resumed').map((event) => [event.at - start, event.cause])).toEqual([
      [40_000, 'until'],
    ])
    expect(task).toMatchObject({ paused: false, pausedUntil: undefined, pausedAt: undefined })
  })

  it('of a loop starts it again', async () => {
    const { clock, recorder, task } = await started({ schedule: loop(), run: untilAborted })
    task.pause({ until: at(30).toISOString() })
    await clock.advance('31s')

    expect(task.state).toBe('running')
    expect(recorder.of('run.started').map((event) => event.at - start)).toEqual([0, 30_000])
  })

  it('can be made longer, shorter or endless by another pause, which keeps its beginning', async () => {
    const { clock, recorder, task } = await started()
    task.pause({ until: at(60), reason: 'first' })
    await clock.advance('10s')
    task.pause({ until: at(120) })
    await clock.advance('60s')
    expect(task).toMatchObject({
      paused: true,
      pausedAt: start,
      pausedUntil: +at(120),
      pauseReason: undefined,
    })
    task.pause()
    await clock.advance('10m')

    expect(task).toMatchObject({ paused: true, pausedUntil: undefined })
    expect(recorder.of('task.paused').map(({ until }) => until && until - start)).toEqual([
      60_000,
      120_000,
      undefined,
    ])
  })

  it('follows the wall clock when that is set', async () => {
    const { clock, recorder, task } = await started()
    task.pause({ until: at(3_600) })
    clock.jump('30m')
    await clock.advance('29m')
    expect(task.paused).toBe(true)
    await clock.advance('2m')

    expect(recorder.of('task.resumed')).toHaveLength(1)
    expect(task.paused).toBe(false)
  })

  it('ends with resume(), with a stop and with the task', async () => {
    const { clock, supervisor, recorder, task } = await started()
    const other = supervisor.register({ name: 'b', run: () => {} })
    const last = supervisor.register({ name: 'c', run: () => {} })
    for (const each of [task, other, last]) each.pause({ until: at(60) })
    task.resume()
    await other.unregister()
    await Promise.all([supervisor.stop(), clock.advance('2m')])

    expect(recorder.of('task.resumed').map(({ task: name, cause }) => [name, cause])).toEqual([
      ['a', 'asked'],
    ])
  })

  it('is in explain() and in the report', async () => {
    const { supervisor, task } = await started()
    task.pause({ until: at(60), by: 'ada', reason: 'migration' })
    expect(task.pausedBy).toBe('ada')

    const explanation = supervisor.explain('a')
    expect(explanation.pausedUntil).toBe('2026-03-02T08:01:00.000Z')
    expect(explanation.text).toContain('It is paused by ada until 2026-03-02T08:01:00.000Z: migration.')
    expect(supervisor.report().tasks[0]?.pausedUntil).toBe(+at(60))
  })

  it('asks the host of an external task to pause and to resume', async () => {
    const asked: string[] = []
    const { clock, supervisor } = await started()
    const control = { pause: () => void asked.push('pause'), resume: () => void asked.push('resume') }
    supervisor.external({ name: 'hosted', control }).pause({ until: at(60) })
    await clock.advance('2m')

    expect(asked).toEqual(['pause', 'resume'])
  })

  it('refuses an end that is over, with what to write', async () => {
    const { task } = await started()

    expect(() => task.pause({ until: at(-1) })).toThrow(
      "Expected `pause.until` to be an instant in the future, got '2026-03-02T07:59:59.000Z'",
    )
    expect(() => task.pause({ until: 'tomorrow' })).toThrow(InvalidOptionError)
    expect(() => task.pause({ until: new Date(Number.NaN) })).toThrow(InvalidOptionError)
    expect(task.paused).toBe(false)
  })
})

it('controls refuse options that do not exist, and change nothing', async () => {
  const { task, recorder } = await started({ schedule: every('1h') })
  const wrong = { who: 'ada' } as { by?: string }

  expect(() => task.trigger(undefined, wrong)).toThrow(
    "Unknown option 'who' of `trigger` (task 'a'). Known options: by, reason.",
  )
  expect(() => task.resume(wrong)).toThrow(InvalidOptionError)
  expect(() => task.restart(wrong)).toThrow(InvalidOptionError)
  expect(() => task.reschedule(every('2h'), wrong)).toThrow(InvalidOptionError)
  expect(() => task.abort(wrong)).toThrow(InvalidOptionError)
  expect(() => task.unregister(wrong)).toThrow(InvalidOptionError)
  expect(() => task.pause({ by: '' })).toThrow(InvalidOptionError)
  const events: readonly EventOf<'control.performed'>[] = recorder.of('control.performed')
  expect(events).toEqual([])
  expect(task.schedule.info.text).toBe('every 1h from epoch')
})
