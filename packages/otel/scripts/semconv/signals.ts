import type { attr } from '../../src/base/attribute-keys.ts'

type Key = keyof typeof attr

interface Carried {
  readonly always: readonly Key[]
  /** Attributes that are present only under a condition. The value is the text of the condition. */
  readonly if: { readonly [Name in Key]?: string }
}

export interface SpanRow extends Carried {
  readonly id: string
  /** Words in braces are attributes: the span name contains their values. */
  readonly name: string
  readonly brief: string
}

export interface EventRow extends Carried {
  readonly name: string
  readonly brief: string
}

const named = { supervisorName: 'If the supervisor has a name.' } as const
const ofTask = { ...named, urlFull: 'With the option consoleUrl: the page of the task.' } as const
const texts = { runAnnotation: 'If the run called annotate().' } as const
const errors = { errorType: 'If the result is failure, timeout or abandoned.' } as const
const task: readonly Key[] = ['taskName', 'taskOwner', 'taskCategory', 'taskPriority', 'taskSchedule']
const ofRun: Carried = {
  always: [...task, 'runTrigger', 'runId', 'runAttempt'],
  if: {
    ...ofTask,
    ...texts,
    taskScheduledTime: 'If the run has a slot.',
    taskScheduleLag: 'If the run has a slot.',
    runPreviousResult: 'From the second run on.',
    runGeneration: 'If the task is a loop.',
    healthState: 'If the health of the task is known.',
    taskTraceRatio: 'If the task has the option trace: { ratio }.',
    runAbortCause: 'If the run was aborted.',
    rule: 'If a health rule restarted the run.',
  },
}

/**
 * The attributes that the span of a run or unit already has at its start, so that samplers can read them. `runAttempt`:
 * only if the run takes over a lost attempt.
 */
export const samplingRelevant: readonly Key[] = [
  'taskName',
  'runTrigger',
  'taskScheduleLag',
  'runPreviousResult',
  'runGeneration',
  'runAttempt',
  'unit',
  'healthState',
  'taskTraceRatio',
]

export const spanTable: readonly SpanRow[] = [
  {
    id: 'run',
    name: 'run {runwell.task.name}',
    brief:
      'One run of a task. It is the root of its own trace, unless it takes over the run of another process.',
    always: [...ofRun.always, 'runResult'],
    if: { ...ofRun.if, ...errors },
  },
  {
    id: 'lost',
    name: 'lost {runwell.task.name}',
    brief:
      'A run whose process has died or lost its lease, from its start until this process took it over. The parent of the next attempt.',
    always: [
      ...task,
      'runTrigger',
      'runId',
      'runAttempt',
      'runResult',
      'runAbortCause',
      'errorType',
      'supervisorInstance',
      'runRecordedBy',
    ],
    if: { ...ofTask, ...texts, taskScheduledTime: 'If the run has a slot.' },
  },
  {
    id: 'start',
    name: 'start {runwell.task.name}',
    brief: "The start of a loop's generation, until it is ready, beats or ends.",
    always: ofRun.always,
    if: {
      ...ofRun.if,
      ...errors,
      runReadyBy: 'If the generation called ready() or beat().',
      runResult: 'If the generation has ended.',
      runDuration: 'If the generation has ended.',
    },
  },
  {
    id: 'end',
    name: 'end {runwell.task.name}',
    brief: "The end of a loop's generation, if its start span has ended before.",
    always: [...task, 'runId', 'runResult', 'runDuration'],
    if: {
      ...ofTask,
      ...texts,
      ...errors,
      runAbortCause: 'If the run was aborted.',
      rule: 'If a health rule restarted the run.',
      runAttempt: 'If the run was retried.',
    },
  },
  {
    id: 'unit',
    name: 'unit {runwell.task.name} {runwell.task.unit}',
    brief: 'A unit of work. In a loop it is the root of its own trace, elsewhere a child of the run.',
    always: [...ofRun.always, 'unit', 'runResult'],
    if: { ...ofRun.if, ...errors },
  },
  {
    id: 'restart',
    name: 'restart {runwell.task.name}',
    brief:
      'The wait before a restart. If a rule requested the restart, the span is a child of a monitor span.',
    always: ['taskName'],
    if: {
      ...ofTask,
      taskOwner: 'Unless a rule requested the restart.',
      taskCategory: 'Unless a rule requested the restart.',
      taskPriority: 'Unless a rule requested the restart.',
      taskSchedule: 'Unless a rule requested the restart.',
      restartReason: 'Unless a rule requested the restart.',
      restartDelay: 'Unless a rule requested the restart.',
      restartStreak: 'Unless a rule requested the restart.',
      errorType: 'If the previous run ended with an error.',
      rule: 'If a rule requested the restart.',
      restartRefused: 'If a rule requested the restart, and it was refused.',
    },
  },
  {
    id: 'control',
    name: 'control {runwell.task.name}',
    brief: 'A control that was called with by or reason. The span has no duration.',
    always: [...task, 'controlName', 'controlResult'],
    if: {
      ...ofTask,
      controlBy: 'If it was given in the call.',
      controlReason: 'If it was given in the call.',
      runId: 'If the control was for one run.',
    },
  },
  {
    id: 'monitor',
    name: 'monitor',
    brief: 'A monitor tick.',
    always: ['monitorTasks', 'monitorChanged', 'monitorRecoveries', 'supervisorHealth'],
    if: {},
  },
  {
    id: 'supervisor',
    name: 'supervisor {runwell.supervisor.name}',
    brief: 'The supervisor of a process. The spans of all runs have a link to this span.',
    always: ['supervisorName', 'supervisorInstance'],
    if: {},
  },
]

const ofRecord: Carried = {
  always: ['taskName', 'taskOwner', 'taskPriority', 'runTrigger', 'runId'],
  if: { ...named, ...texts },
}

export const eventTable: readonly EventRow[] = [
  {
    name: 'run.started',
    brief: 'A run has lasted for 10 s. The timestamp is the start of the run.',
    always: ofRecord.always,
    if: { ...ofRecord.if, taskScheduledTime: 'If the run has a slot.' },
  },
  {
    name: 'run.progress',
    brief: 'A run that has lasted for 10 s or longer is still active. Sent once a minute.',
    always: [...ofRecord.always, 'runDuration'],
    if: { ...ofRecord.if, runLastBeat: 'If the run has called beat().' },
  },
  {
    name: 'run.ended',
    brief: 'A run that lasted for 10 s or longer has ended.',
    always: [...ofRecord.always, 'runDuration', 'runResult'],
    if: {
      ...ofRecord.if,
      ...errors,
      runAbortCause: 'If the run was aborted.',
      rule: 'If a health rule restarted the run.',
    },
  },
  {
    name: 'run.lost',
    brief:
      'A run that lasted for 10 s or longer was lost with its process. From the process that takes over.',
    always: [
      ...ofRecord.always,
      'runDuration',
      'runResult',
      'runAbortCause',
      'errorType',
      'supervisorInstance',
    ],
    if: ofRecord.if,
  },
  {
    name: 'run.exception',
    brief:
      'The error of a run or unit. Sent if the option exceptions is log or both. It also has the exception attributes.',
    always: ['taskName'],
    if: { unit: 'If it is the error of a unit.' },
  },
]
