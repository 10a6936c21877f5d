import { describe, expect, it } from 'vitest'
import { Supervisor } from '../supervisor.ts'
import { type LogLevel, logLevel, logText } from './catalogue.ts'
import type { EventOf, SupervisorEvent, SupervisorEvents, SupervisorEventType } from './events.ts'

const { info } = new Supervisor({ observers: [] }).register({ name: 'mail', run: () => {} })
const { info: externalInfo } = new Supervisor({ observers: [] }).external({ name: 'mail' })
const task = { seq: 1, at: 60_000, task: 'mail', info }
const run = {
  ...task,
  runId: 'x-1',
  trigger: 'schedule',
  attempt: 1,
  scheduledAt: undefined,
  annotations: undefined,
} as const
const error = new Error('smtp is down', { cause: new TypeError('no route') })
const health = { status: 'unhealthy', since: 0, flapping: false, reasons: [] } as const
const report = { reason: 'SIGTERM', tookMs: 2_000, deadlineMs: 25_000, classes: [], escalated: [] } as const
const left = {
  task: 'mail',
  owner: 'a',
  priority: 'low',
  runId: 'x-1',
  ageMs: 1,
  endedLate: false,
  lastBeat: undefined,
} as const

type Sample = { [Type in SupervisorEventType]: readonly [SupervisorEvents[Type], LogLevel, string] }

const samples: Sample = {
  'task.registered': [task, 'info', "Task 'mail' was registered"],
  'task.unregistered': [task, 'info', "Task 'mail' was unregistered"],
  'task.started': [task, 'debug', "Task 'mail' has started: manual"],
  'task.stopped': [
    { ...task, reason: 'stop' },
    'debug',
    "Task 'mail' starts no more runs: the supervisor is stopping",
  ],
  'task.paused': [
    { ...task, reason: 'migration', until: 3_600_000 },
    'info',
    "Task 'mail' is paused until 1970-01-01T01:00:00.000Z: migration",
  ],
  'task.resumed': [{ ...task, cause: 'until' }, 'info', "Task 'mail' is resumed: its pause has ended"],
  'control.performed': [
    { ...task, control: 'trigger', by: 'ada', reason: 'try again', result: 'paused', runId: undefined },
    'warn',
    "Task 'mail': ada asked to trigger it (try again): the task is paused",
  ],
  'task.rescheduled': [
    { ...task, schedule: info.schedule },
    'info',
    "Task 'mail' has a new schedule: manual",
  ],
  'task.overruled': [
    { ...task, overruledBy: { instanceId: 'k3x9-b', version: '2.10', schedule: 'every 5m' } },
    'info',
    "Task 'mail' does not run in this process: k3x9-b of version 2.10 has a newer definition, with the schedule every 5m",
  ],
  'task.parked': [
    { ...task, cause: 'threw', parks: 1, trialAt: 120_000, error },
    'error',
    "Task 'mail' is parked: it threw an error once more than its restart budget allows, next trial in 60 s: Error: smtp is down, caused by TypeError: no route",
  ],
  'task.gave-up': [
    { ...task, cause: 'returned', how: 'stop', restarts: 10, withinMs: 600_000, error: undefined },
    'error',
    "Task 'mail' is given up and not restarted any more: it returned after 10 restarts in 10 min",
  ],
  'task.stuck': [
    { ...task, runId: 'x-1', ageMs: 13_000 },
    'error',
    "Task 'mail' is stuck: run x-1 ignores its aborted signal, is 13 s old and blocks the next run",
  ],
  'run.started': [
    { ...run, latenessMs: undefined, lateCause: undefined, generation: 1 },
    'debug',
    "Task 'mail' started a run (schedule)",
  ],
  'run.ready': [{ ...run, how: 'ready', afterMs: 5 }, 'debug', "Task 'mail' is ready after 5 ms"],
  'run.retried': [
    { ...run, delayMs: 1_000, error: new Error('no') },
    'warn',
    "Task 'mail' failed in attempt 1, next attempt in 1 s: Error: no",
  ],
  'run.ended': [ended('failed'), 'error', "Task 'mail' failed after 5 ms"],
  'run.lost': [
    { ...run, scheduledAt: 15_000, instanceId: 'k3x9-b', startedAt: 18_000, nextRunId: 'y-1' },
    'warn',
    "Task 'mail': process k3x9-b died or lost its lease during attempt 1 of the slot 1970-01-01T00:00:15.000Z, 42 s after its start; this process makes a new attempt",
  ],
  'run.handed-over': [
    {
      ...run,
      scheduledAt: 15_000,
      instanceId: 'k3x9-b',
      startedAt: 18_000,
      endedAt: 30_000,
      nextRunId: 'y-1',
    },
    'info',
    "Task 'mail': process k3x9-b stopped during attempt 1 of the slot 1970-01-01T00:00:15.000Z, 12 s after its start; this process makes a new attempt",
  ],
  'run.settled-late': [
    { ...run, ageMs: 9_000, error: undefined },
    'debug',
    "Task 'mail': an abandoned run ended after 9 s",
  ],
  'run.skipped': [
    { ...task, reason: 'overlap', count: 1, atLeast: false, scheduledAt: undefined },
    'warn',
    "Task 'mail' skipped 1 run: the previous run has not ended",
  ],
  'run.missed': [
    { ...task, count: 3, atLeast: true, from: 0, to: 1, cause: 'blocked' },
    'warn',
    "Task 'mail' missed at least 3 runs: the event loop was blocked, or the machine slept",
  ],
  'unit.ended': [
    { ...run, unit: 'letter', outcome: 'failed', durationMs: 2, error: undefined },
    'warn',
    "Task 'mail': unit 'letter' failed after 2 ms",
  ],
  'restart.scheduled': [
    { ...task, cause: 'timed-out', delayMs: 2_000, spacedMs: 0, streak: 0, dueAt: 0, error: undefined },
    'warn',
    "Task 'mail' timed out, restart in 2 s",
  ],
  'restart.refused': [
    { ...task, cause: 'unhealthy', reason: 'progress' },
    'warn',
    "Task 'mail' broke a health rule but is not restarted: its run is making progress",
  ],
  'health.changed': [
    { ...task, from: 'healthy', to: 'unhealthy', health },
    'error',
    "Task 'mail' is unhealthy, was healthy",
  ],
  'health.flapping': [
    { ...task, changes: 6 },
    'warn',
    "Task 'mail' is flapping: its health got worse again 6 times; it recovers only once it is stable",
  ],
  'health.settled': [
    { ...task, changes: 6 },
    'info',
    "Task 'mail' has stopped flapping after it got worse again 6 times",
  ],
  'rule.opened': [
    { ...task, rule: 'stale', episode: 1, status: 'degraded', value: 1, limit: 1, reason: 'old', since: 0 },
    'debug',
    "Task 'mail': rule 'stale' fires: old",
  ],
  'rule.closed': [
    { ...task, rule: 'stale', episode: 1, value: 1, limit: 1, since: 0, cause: 'cleared' },
    'debug',
    "Task 'mail': rule 'stale' is clear again after 60 s",
  ],
  'rule.failed': [
    { ...task, rule: 'own', error: new Error('no') },
    'warn',
    "Task 'mail': rule 'own' threw: Error: no",
  ],
  'monitor.ticked': [
    { seq: 1, at: 0, tasks: 2, health: 'healthy' } as EventOf<'monitor.ticked'>,
    'debug',
    '2 tasks, healthy',
  ],
  'monitor.stalled': [
    { seq: 1, at: 0, overdueMs: 3_000 },
    'error',
    "The supervisor's timer was 3 s overdue and was armed again",
  ],
  'loop.blocked': [
    { seq: 1, at: 0, ms: 300, suspect: { task: 'mail', score: 1, by: 'measured' }, measured: [], active: [] },
    'warn',
    "The event loop was blocked for 300 ms, most likely by task 'mail'",
  ],
  'fleet.joined': [
    { seq: 1, at: 0, fleet: 'the store', instanceId: 'web-0-1-k3x9q2ab' },
    'info',
    'This process is web-0-1-k3x9q2ab in the store',
  ],
  'fleet.down': [
    { seq: 1, at: 0, fleet: 'the store', error },
    'warn',
    "the store can't be used: slots of its tasks wait, runs under way go on: Error: smtp is down, caused by TypeError: no route",
  ],
  'fleet.up': [
    { seq: 1, at: 0, fleet: 'the store', downMs: 60_000 },
    'info',
    'the store can be used again after 60 s',
  ],
  'clock.jumped': [
    { seq: 1, at: 0, deltaMs: -5_000, treatedAs: 'gap' },
    'warn',
    'The wall clock jumped by -5 s',
  ],
  'shutdown.started': [
    { seq: 1, at: 0, reason: 'SIGTERM', deadlineMs: 25_000, plan: [] },
    'info',
    'The supervisor is stopping (SIGTERM): at most 25 s',
  ],
  'shutdown.class-ended': [
    { seq: 1, at: 0, priority: 'low', tookMs: 10, tasks: ['mail'], abandoned: ['mail'] },
    'info',
    'Tasks of priority low stopped in 10 ms, except for mail',
  ],
  'shutdown.ended': [
    { seq: 1, at: 0, report: { ...report, abandoned: [left], exitCode: 1 } },
    'error',
    'The supervisor stopped in 2 s, 1 run did not end in time: mail',
  ],
  'observer.failed': [
    { seq: 1, at: 0, observer: 'tracing', method: 'onEvent', error: new Error('no') },
    'warn',
    "Observer 'tracing' failed in onEvent(): Error: no",
  ],
}

function ended(outcome: EventOf<'run.ended'>['outcome']): SupervisorEvents['run.ended'] {
  return {
    ...run,
    outcome,
    startedAt: 0,
    durationMs: 5,
    syncMs: 0,
    latenessMs: undefined,
    generation: 1,
    error: undefined,
    abortedFor: undefined,
    lastBeatAt: undefined,
  }
}

describe('the log line of an event', () => {
  it.each(Object.entries(samples))('says what happened: %s', (type, [fields, level, text]) => {
    const event = { type, ...fields } as SupervisorEvent

    expect(logText(event)).toBe(text)
    expect(logLevel(event)).toBe(level)
  })

  it('is debug for what works, and a warning for failures of tasks with low priority', () => {
    const levelOf = (outcome: EventOf<'run.ended'>['outcome'], priority: 'low' | 'normal') =>
      logLevel({ type: 'run.ended', ...ended(outcome), info: { ...info, priority } })

    expect(levelOf('succeeded', 'normal')).toBe('debug')
    expect(levelOf('cancelled', 'normal')).toBe('debug')
    expect(levelOf('failed', 'low')).toBe('warn')
  })

  it('is a warning when health degrades, and information when it recovers', () => {
    const levelTo = (to: EventOf<'health.changed'>['to']) =>
      logLevel({ type: 'health.changed', ...task, from: 'unknown', to, health })

    expect([levelTo('degraded'), levelTo('healthy')]).toEqual(['warn', 'info'])
  })

  it('says why slots were missed, as far as that is known', () => {
    const missed = { type: 'run.missed', ...task, count: 1, atLeast: false, from: 0, to: 0 } as const
    const worker = { ...info, host: 'BullMQ' }
    const because = (event: EventOf<'run.missed'>) => logText(event).replace(/^Task 'mail' missed /, '')

    expect(because({ ...missed, cause: 'clock-jumped' })).toBe(
      '1 run: the machine slept, or the clock was set forward',
    )
    expect(because({ ...missed, cause: 'already-due' })).toBe(
      '1 run: already due when this process planned it',
    )
    expect(because({ ...missed, cause: 'already-due', count: 2 })).toBe(
      '2 runs: already due when this process planned them',
    )
    expect(because({ ...missed, cause: 'host', info: worker, count: 2 })).toBe(
      '2 runs: BullMQ did not run them',
    )
    expect(because({ ...missed, cause: 'host' })).toBe('1 run: its host did not run it')
    expect(because({ ...missed, cause: 'fleet' })).toBe('1 run: no process ran it in time')
  })

  it('says that a trial failed when a loop is parked again, because the budget may have room', () => {
    const parked = { type: 'task.parked', ...task, trialAt: 180_000, error: undefined } as const

    expect(logText({ ...parked, cause: 'returned', parks: 2 })).toBe(
      "Task 'mail' is parked again, because trial 1 failed: it returned, next trial in 2 min",
    )
    expect(logText({ ...parked, cause: 'unhealthy', rule: 'hung', parks: 4 })).toBe(
      "Task 'mail' is parked again, because trial 3 failed: it broke the health rule 'hung', next trial in 2 min",
    )
  })

  it('says that another process runs a shared task again, after a stop and after a lost lease', () => {
    const shared = { ...info, fleet: 'the store' }
    const lineOf = (
      outcome: EventOf<'run.ended'>['outcome'],
      abortedFor: EventOf<'run.ended'>['abortedFor'],
      of = shared,
    ) => {
      const event = { type: 'run.ended', ...ended(outcome), abortedFor, info: of } as const
      return [logLevel(event), logText(event).replace(/^Task 'mail' /, '')]
    }

    expect(lineOf('cancelled', 'shutdown')).toEqual([
      'info',
      'was cancelled after 5 ms; this process stops, so the next process that can run the task makes a new attempt',
    ])
    expect(lineOf('failed', 'shutdown')).toEqual([
      'error',
      'failed after 5 ms; this process stops, so the next process that can run the task makes a new attempt',
    ])
    expect(lineOf('cancelled', 'lease-lost')).toEqual([
      'warn',
      'was cancelled after 5 ms; this process has lost its lease, so another process makes a new attempt',
    ])
    expect(lineOf('succeeded', 'shutdown')).toEqual(['debug', 'succeeded after 5 ms'])
    expect(lineOf('cancelled', 'asked')).toEqual(['debug', 'was cancelled after 5 ms'])
    expect(lineOf('cancelled', 'shutdown', info as typeof shared)).toEqual([
      'debug',
      'was cancelled after 5 ms',
    ])
  })

  it('says when the definition of this process counts again', () => {
    expect(logText({ type: 'task.overruled', ...task, overruledBy: undefined })).toBe(
      "Task 'mail' runs in this process again: its definition is the newest again",
    )
  })

  it('names the run that was abandoned', () => {
    expect(logText({ type: 'run.ended', ...ended('abandoned') })).toBe(
      "Task 'mail' ignored its aborted signal and was abandoned after 5 ms, run x-1",
    )
  })

  it('blames no signal for the abandoned run of an external task, which often gets none', () => {
    const external = { ...ended('abandoned'), info: externalInfo }

    expect(logText({ type: 'run.ended', ...external })).toBe(
      "Task 'mail' did not end in time and was abandoned after 5 ms, run x-1",
    )
  })
})
