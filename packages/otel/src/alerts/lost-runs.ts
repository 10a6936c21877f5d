import { taskAnnotations } from './alert.ts'
import { infoLabels, recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, type Vocabulary } from './vocabulary.ts'

/**
 * Alerts on runs that died with their process, only for metrics by OTLP. A scraping Prometheus does not get the last
 * values of most processes. So each deploy would look like a crash.
 */
export function lostRunAlerts(words: Vocabulary): AlertRule[] {
  if (words.spelling !== 'otlp') return []
  return [
    {
      alert: 'RunwellRunsLost',
      expr: lostRuns(words),
      annotations: taskAnnotations(
        'RunwellRunsLost',
        '{{ $value }} runs died with their process',
        'The process has ended without an orderly stop while they were active, or its last metrics were lost.',
        ' on {{ $labels.instance }}',
      ),
    },
  ]
}

function lostRuns(words: Vocabulary): string {
  const supervisor = `${byService}, ${label('supervisorName')}, instance`
  const up = words.metric('runwell.supervisor.up')
  const active = `max by (${byInstance}) (last_over_time(${words.metric('runwell.task.run.active')}[1h])) > 0`
  const wasUp = `max by (${supervisor}) (last_over_time(${up}[1h])) == 1`
  // Not for loops: a loop is always active, so each crash would fire the alert for each loop. If a loop does not
  // start again, other alerts fire.
  const info = `${recorded.info}{${label('taskScheduleKind')}!="loop"}`
  // If no other process of the service sends metrics, perhaps only the metrics are lost. So no alert fires.
  return (
    `(${active} unless on (${supervisor}) ${up} and on (${supervisor}) (${wasUp}) and on (${byService}) ${recorded.up})` +
    ` * on (${byTask}) group_left (${infoLabels.join(', ')}) ${info}`
  )
}
