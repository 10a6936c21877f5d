import { taskAnnotations } from './alert.ts'
import { infoLabels, recorded } from './recording.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, type Vocabulary } from './vocabulary.ts'

/**
 * Returns the alerts on runs that died with their process, only for metrics by OTLP. There, the last export of an
 * orderly stop shows that the supervisor is down. With scrapes, each deploy would look like a crash: most processes
 * exit before Prometheus can scrape their last values.
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
  // Not for loops, because they are always active. If a loop does not come back, other alerts fire.
  const info = `${recorded.info}{${label('taskScheduleKind')}!="loop"}`
  // Another process of the service must still send metrics. If none does, perhaps only the metrics are lost.
  return (
    `(${active} unless on (${supervisor}) ${up} and on (${supervisor}) (${wasUp}) and on (${byService}) ${recorded.up})` +
    ` * on (${byTask}) group_left (${infoLabels.join(', ')}) ${info}`
  )
}
