import type { RecordingRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, pagingPriorities, type Vocabulary } from './vocabulary.ts'

export const recorded = {
  info: 'runwell:task:info',
  severities: 'runwell:service:severity',
  up: 'runwell:service:up',
  successOfInstance: 'runwell:task_instance:success_or_first_seen',
  successOfTask: 'runwell:task:success_or_first_seen',
} as const

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
 * Exactly one info series for each task, because a join fails with two series. During a deploy, processes may have
 * different labels. Then the labels of most processes are used.
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

function severities(): string {
  const of = (severity: string) =>
    `group by (${byService}, severity) (${recorded.info}{severity="${severity}"})`
  return `${of('page')} or on (${byService}) ${of('ticket')}`
}

/**
 * The time of the last success in any process. Before the first success: the time at which Prometheus first saw the
 * task. The rule also reads its own last value, so that the time stays after the process has ended, and
 * also if Prometheus evaluates no rules for up to 6 h.
 */
function successOfTask(words: Vocabulary): string {
  const success = words.metric('runwell.task.last_success.timestamp')
  const known = `max by (${byTask}) (${success} or last_over_time(${recorded.successOfTask}[6h]))`
  return `${known} or max by (${byTask}) (${words.metric('runwell.task.registered')} == 1) * time()`
}

function successOfInstance(words: Vocabulary): string {
  const success = words.metric('runwell.task.last_success.timestamp')
  const here = `max by (${byInstance}) (${words.metric('runwell.task.registered')} == 1)`
  // `or` drops a recorded series if its labels equal the labels of a current series. The label `memory` makes them
  // differ, so that `max` sees both values.
  const memory = `label_replace(last_over_time(${recorded.successOfInstance}[1h]), "memory", "1", "", "")`
  return `(max by (${byInstance}) (${success} or ${memory}) or ${here} * time()) and ${here}`
}
