import type { AbortCause, EventOf } from '@runwell/core'
import {
  healthStatuses,
  priorities,
  restartCauses,
  scheduleKinds,
  scopes,
  skipReasons,
  triggers,
} from '@runwell/core/adapter'
import type { attr, LinkType } from '../../src/base/attribute-keys.ts'
import { results, statusStates } from '../../src/base/results.ts'
import { metricTable } from '../../src/metrics/table.ts'

export interface AttributeRow {
  /** The name of a type of Weaver, the tool that reads the registry. For an enumeration: all its values. */
  readonly type: 'string' | 'string[]' | 'template[string]' | 'int' | 'double' | readonly string[]
  readonly brief: string
  /** Weaver requires examples for attributes of type `string`. */
  readonly examples?: readonly (string | readonly string[])[]
}

const text = (brief: string, ...examples: readonly string[]): AttributeRow => ({
  type: 'string',
  brief,
  examples,
})
const word = (brief: string, values: readonly string[]): AttributeRow => ({ type: values, brief })
const int = (brief: string): AttributeRow => ({ type: 'int', brief })
const double = (brief: string): AttributeRow => ({ type: 'double', brief })

const linkTypes: readonly LinkType[] = ['supervisor', 'previous_run', 'trigger', 'run', 'generation']
const abortCauses = Object.keys({
  timeout: true,
  shutdown: true,
  paused: true,
  replaced: true,
  restart: true,
  unregistered: true,
  asked: true,
  ended: true,
  'lease-lost': true,
} satisfies Record<AbortCause, true>)
const controls = Object.keys({
  trigger: true,
  pause: true,
  resume: true,
  restart: true,
  reschedule: true,
  abort: true,
  unregister: true,
} satisfies Record<EventOf<'control.performed'>['control'], true>)

/** `error.type` and `url.full` are left out, because the semantic conventions define them. */
export const attributeTable: Readonly<
  Record<Exclude<keyof typeof attr, 'errorType' | 'urlFull'>, AttributeRow>
> = {
  buildNode: text('Version of Node.js.', '22.23.3'),
  buildVersion: text('Version of Runwell.', '0.1.0'),
  controlBy: text('Who used the control.', 'alice@example.com'),
  controlName: word('Name of the control that was called.', controls),
  controlReason: text('The reason that the caller of the control gave.', 'deploy of the upstream'),
  controlResult: text(
    'The result of the control: done, or why it did nothing.',
    'done',
    'unchanged',
    'stopping',
  ),
  healthState: word('Health of the task.', healthStatuses),
  linkType: word('How the linked span relates to this span.', linkTypes),
  monitorChanged: {
    type: 'string[]',
    brief:
      'Names of tasks whose state or health changed since the last monitor tick, at most 100. Starts and ends of runs do not count.',
    examples: [['orders.import', 'mails.send']],
  },
  monitorRecoveries: int('Number of restarts that rules requested since the last monitor tick.'),
  monitorTasks: int('Number of tasks that this monitor tick counted.'),
  restartDelay: double('Seconds from the end of a run to its restart.'),
  restartReason: word('Why the task is restarted.', restartCauses),
  restartRefused: text('Why a restart that a rule requested did not happen.', 'progress'),
  restartStreak: int('Number of consecutive restarts before this one.'),
  rule: text('Name of a health rule.', 'error-rate', 'stale'),
  runAbortCause: word('Why the run was aborted.', abortCauses),
  runAnnotation: {
    type: 'template[string]',
    brief:
      'A text that the run was annotated with: `annotate({ tenant: "a" })` sets `runwell.task.run.annotation.tenant`.',
    examples: ['a', '42'],
  },
  runAttempt: int('Number of the attempt: 1 for the first, one more for each retry.'),
  runDuration: double('Seconds since the start of the run.'),
  runGeneration: int('Number of the generation of a loop, from 1 on.'),
  runId: text('Unique id of the run.', '0m4t1c-17'),
  runLastBeat: text('Time of the last beat, in ISO 8601.', '2026-11-29T08:30:00.000Z'),
  runPreviousResult: word('Result of the previous run of the task.', results),
  runRecordedBy: text(
    'Id of the supervisor that has recorded the span for a process that was lost.',
    'shop-7d9f4-x2x7k-1-k3x9q2ab',
  ),
  runReadyBy: word('How the generation of a loop showed that it works.', ['ready', 'beat']),
  runResult: word('Result of the run.', results),
  runRetryDelay: double('Seconds until the next attempt.'),
  runTrigger: word('Why the run started.', triggers),
  skipReason: word(
    'Why a slot or a trigger started no run.',
    valuesOf('runwell.task.skip.reason', skipReasons),
  ),
  supervisorHealth: word('Health of the process.', healthStatuses),
  supervisorInstance: text('Unique id of the supervisor in this process.', 'shop-7d9f4-x2x7k-1-k3x9q2ab'),
  supervisorName: text(
    'Name of the supervisor. Absent from signals of a supervisor with the default name.',
    'billing',
  ),
  taskCategory: text('Category of the task.', 'poller'),
  taskName: text('Name of the task.', 'orders.import'),
  taskOwner: text('Who owns the task.', 'orders'),
  taskPriority: word('Priority of the task.', priorities),
  taskRunbook: text('URL of the runbook of the task.', 'https://example.com/runbooks/orders-import'),
  taskSchedule: text('Schedule of the task, as a text.', 'every 1m', 'cron 0 3 * * *'),
  taskScheduleKind: word('Kind of the schedule.', scheduleKinds),
  taskScheduleLag: double(
    'Seconds from the time at which the run was due (its slot, spread and jitter) to its start.',
  ),
  taskScheduledTime: text('Slot of the run, in ISO 8601.', '2026-11-29T08:30:00.000Z'),
  taskScope: word('Who must succeed: every process, or any one process of the service.', scopes),
  taskState: word('State of the task.', statusStates),
  taskTraceRatio: double('Fraction of the runs of the task that is traced.'),
  unit: text('Name of the unit of work.', 'mail'),
  unitResult: word('Result of the unit of work.', valuesOf('runwell.task.unit.result', results)),
}

function valuesOf(key: string, otherwise: readonly string[]): readonly string[] {
  const attributes = metricTable.flatMap((metric) => metric.attributes)
  return attributes.find((attribute) => attribute.key === key)?.values ?? otherwise
}
