import type { RecordingRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, pagingPriorities, type Vocabulary } from './vocabulary.ts'

/** Recorded series that the alerts use, named `level:metric:operation`. */
export const recorded = {
  info: 'runwell:task:info',
  severities: 'runwell:service:severity',
  up: 'runwell:service:up',
  successOfInstance: 'runwell:task_instance:success_or_first_seen',
  successOfTask: 'runwell:task:success_or_first_seen',
} as const

/** The labels that an alert gets from the info metric of its task. */
export const infoLabels = ['severity', 'owner', 'priority', 'scope', 'runbook_url'] as const

export function recordingRules(words: Vocabulary): RecordingRule[] {
  return [
    { record: recorded.info, expr: info(words) },
    { record: recorded.up, expr: `count by (${byService}) (${words.metric('runwell.supervisor.up')} == 1)` },
    { record: recorded.severities, expr: severities() },
    { record: recorded.successOfTask, expr: successOfTask(words) },
    { record: recorded.successOfInstance, expr: successOfInstance(words) },
  ]
}

/**
 * One series per task, even if two versions have different labels during a deploy, since joins fail with two series.
 * The labels that most processes have are used. They are renamed to the labels that alerts are routed by.
 */
function info(words: Vocabulary): string {
  const keys = [
    'taskOwner',
    'taskCategory',
    'taskPriority',
    'taskScope',
    'taskScheduleKind',
    'taskRunbook',
  ] as const
  const all = keys.map(label).join(', ')
  const one = `clamp_max(topk by (${byTask}) (1, count by (${byTask}, ${all}) (${words.metric('runwell.task.info')} == 1)), 1)`
  const renamed = [
    ['owner', label('taskOwner'), '$1', '(.*)'],
    ['priority', label('taskPriority'), '$1', '(.*)'],
    ['scope', label('taskScope'), '$1', '(.*)'],
    ['runbook_url', label('taskRunbook'), '$1', '(.*)'],
    ['severity', label('taskPriority'), 'ticket', '.*'],
    ['severity', label('taskPriority'), 'page', pagingPriorities],
  ].reduce(
    (inner, [to, from, value, pattern]) =>
      `label_replace(${inner}, "${to}", "${value}", "${from}", "${pattern}")`,
    one,
  )
  return `max by (${byTask}, ${infoLabels.join(', ')}, ${label('taskScheduleKind')}, ${label('taskCategory')}) (${renamed})`
}

/** The highest severity of the tasks of a service. */
function severities(): string {
  const of = (severity: string) =>
    `group by (${byService}, severity) (${recorded.info}{severity="${severity}"})`
  return `${of('page')} or on (${byService}) ${of('ticket')}`
}

/**
 * The last success in any process. It is kept between evaluations, so that it outlives every process, even if
 * Prometheus is down for up to six hours. A new task counts as successful when it is first seen.
 */
function successOfTask(words: Vocabulary): string {
  const success = words.metric('runwell.task.last_success.timestamp')
  const known = `max by (${byTask}) (${success} or last_over_time(${recorded.successOfTask}[6h]))`
  return `${known} or max by (${byTask}) (${words.metric('runwell.task.registered')} == 1) * time()`
}

/** The last success in one process, else when the task was first seen there. Ends when the process no longer has it. */
function successOfInstance(words: Vocabulary): string {
  const success = words.metric('runwell.task.last_success.timestamp')
  const here = `max by (${byInstance}) (${words.metric('runwell.task.registered')} == 1)`
  // Without the additional label, `or` would drop the recorded series whenever the metric exists.
  const memory = `label_replace(last_over_time(${recorded.successOfInstance}[1h]), "memory", "1", "", "")`
  return `(max by (${byInstance}) (${success} or ${memory}) or ${here} * time()) and ${here}`
}
