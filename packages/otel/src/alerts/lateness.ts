import { scheduleKinds } from '@runwell/core/adapter'
import { runbookOf } from './addresses.ts'
import { taskAnnotations, taskRules } from './alert.ts'
import { recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, type Vocabulary } from './vocabulary.ts'

export function latenessAlerts(words: Vocabulary): AlertRule[] {
  return [
    ...taskRules({
      alert: 'RunwellTaskOverdue',
      for: '2m',
      summary: 'overdue, since a due run has not succeeded',
      description:
        'No run has succeeded for {{ $value | humanizeDuration }}. A later slot should have succeeded by now.',
      instance: overdueSomewhere(words),
      service: overdue(words, byTask, recorded.successOfTask),
    }),
    ...taskRules({
      alert: 'RunwellTaskLoopSilent',
      for: '1m',
      summary: 'the loop has stopped calling beat()',
      description:
        'Its last beat was {{ $value | humanizeDuration }} ago. Before that it called beat() regularly.',
      instance: loopSilent(words),
      service: `max by (${byTask}) (${loopSilent(words)})`,
    }),
    {
      alert: 'RunwellTaskVanished',
      expr: vanished(words),
      for: '5m',
      annotations: taskAnnotations(
        'RunwellTaskVanished',
        'no process has this task any more',
        'The service is running and did not unregister the task. Perhaps a deploy removed it by mistake.',
      ),
    },
    {
      alert: 'RunwellServiceSilent',
      expr: `last_over_time(${recorded.severities}[1d]) unless on (${byService}) ${recorded.up}`,
      for: '5m',
      annotations: {
        summary: '{{ $labels.job }}: no process sends metrics of a running supervisor',
        description:
          'All processes have ended or have stopped their supervisor, or their metrics do not arrive. Meanwhile, no other alert for their tasks can fire.',
        runbook_url: runbookOf('RunwellServiceSilent'),
      },
    },
  ]
}

function overdue(words: Vocabulary, by: string, success: string): string {
  const due = `max by (${by}) (${words.metric('runwell.task.success_due.timestamp')})`
  return `time() - (${success} < on (${by}) (${due} > 0))`
}

/**
 * For tasks that must succeed in every process. If no process has succeeded since the due slot, one alert without the
 * label `instance` covers all processes. An alert with this label would end at the next deploy, because a deploy
 * replaces all processes.
 */
function overdueSomewhere(words: Vocabulary): string {
  const anywhere = overdue(words, byTask, recorded.successOfTask)
  const here = overdue(words, byInstance, recorded.successOfInstance)
  return `(${anywhere}) or on (${byTask}) (${here})`
}

/**
 * Loops that called beat() 20 times or more in six hours, but not in the last 15 minutes. A consumer that waits for
 * days calls beat() less often, so the alert does not fire for it.
 */
function loopSilent(words: Vocabulary): string {
  const beat = words.metric('runwell.task.last_beat.timestamp')
  const running = words.metric('runwell.task.status', { taskState: 'running' })
  const silent = `time() - max by (${byInstance}) (${beat} > 0) > 900`
  const wasRegular = `max by (${byInstance}) (changes(${beat}[6h])) >= 20`
  const isRunning = `max by (${byInstance}) (${running} == 1)`
  // Only loops, because `RunwellTaskOverdue` covers tasks with slots.
  const isLoop = `group by (${byInstance}) (${words.metric('runwell.task.info', { taskScheduleKind: 'loop' })} == 1)`
  return `${silent} and (${wasRegular}) and ${isRunning} and ${isLoop}`
}

const lastsAsLongAsItsCode: Readonly<Record<(typeof scheduleKinds)[number], boolean>> = {
  every: true,
  delay: true,
  cron: true,
  loop: true,
  once: false,
  manual: false,
  call: false,
  spawn: false,
}

function vanished(words: Vocabulary): string {
  const kinds = scheduleKinds.filter((kind) => lastsAsLongAsItsCode[kind])
  const was = `last_over_time(${recorded.info}{${label('taskScheduleKind')}=~"${kinds.join('|')}"}[3h])`
  const is = `max by (${byTask}) (${words.metric('runwell.task.registered')})`
  const wasUnregistered = `(max by (${byTask}) (last_over_time(${words.metric('runwell.task.registered')}[3h])) == 0)`
  return `${was} unless on (${byTask}) ${is} unless on (${byTask}) ${wasUnregistered} and on (${byService}) ${recorded.up}`
}
