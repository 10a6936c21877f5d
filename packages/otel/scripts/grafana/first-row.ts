import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, type MetricQuery } from '../../src/alerts/vocabulary.ts'
import type { MetricName } from '../../src/metrics/table.ts'
import type { Link } from './links.ts'
import { type Show, stat, table } from './panels.ts'

const notHealthy = ['degraded', 'unhealthy', 'unknown']
const health = label('healthState')

export function firstRows(ask: MetricQuery, links: readonly Link[]): Builder<Panel>[] {
  const rule = label('rule')
  const state = label('taskState')
  return [
    stat({
      title: 'Processes by health',
      expr: `sum by (${health}) (${ask('runwell.task.health')}) > 0`,
      legend: `{{${health}}}`,
      width: 4,
    }),
    stat({
      title: 'Not healthy since',
      expr: `min(${ask('runwell.task.health.since.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
      width: 4,
    }),
    stat({
      title: 'Affected processes',
      expr: `sum(${ask('runwell.task.health', { healthState: notHealthy })}) or vector(0)`,
      legend: 'not healthy',
      other: { expr: `sum(${ask('runwell.task.registered')})`, legend: 'in total' },
      width: 4,
    }),
    stat({ ...ownerPanel(ask), isName: true, width: 4 }),
    stat({
      title: 'State',
      expr: `sum by (${state}) (${ask('runwell.task.status')}) > 0`,
      legend: `{{${state}}}`,
      width: 4,
    }),
    stat({
      title: 'Next attempt',
      expr: `min(${ask('runwell.task.next_restart.timestamp')} > 0 or ${ask('runwell.task.next_run.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
      width: 4,
    }),
    table({
      title: 'Firing rules: value and limit',
      ...firingRules(ask, rule),
      links,
      width: 8,
      height: 7,
    }),
    table({
      title: 'Processes and their versions',
      expr: processes(ask),
      links,
      width: 8,
      height: 7,
    }),
    table({
      title: 'Last errors within 1 h: click for traces and logs',
      expr: `topk(5, round(sum by (error_type) (increase(${ask('runwell.task.errors')}[1h]))) > 0)`,
      legend: 'errors',
      unit: 'short',
      links,
      width: 8,
      height: 7,
    }),
  ]
}

export function firingRules(ask: MetricQuery, by: string): Pick<Show, 'expr' | 'legend' | 'other'> {
  const of = (name: 'runwell.task.rule.value' | 'runwell.task.rule.limit') =>
    `max by (${by}) (${ask(name)} and ${ask('runwell.task.rule.firing')} == 1)`
  return {
    expr: of('runwell.task.rule.value'),
    legend: 'value',
    other: { expr: of('runwell.task.rule.limit'), legend: 'limit' },
  }
}

function ownerPanel(ask: MetricQuery): Show {
  const [owner, priority, runbook] = [label('taskOwner'), label('taskPriority'), label('taskRunbook')]
  return {
    title: 'Owner',
    expr: `group by (${owner}, ${priority}, ${runbook}) (${ask('runwell.task.info')} == 1)`,
    legend: `{{${owner}}}, {{${priority}}}`,
    links: [{ title: 'Runbook', url: `\${__field.labels.${runbook}}` }],
  }
}

function processes(ask: MetricQuery): string {
  const healths = `max by (job, instance, ${health}) (${ask('runwell.task.health')} == 1)`
  // VictoriaMetrics has no `target_info`, but each series has the label `service_version`.
  const up = ('runwell.supervisor.up' satisfies MetricName).replaceAll('.', '_')
  const versioned = ['target_info{job=~"$job"}', `${up}{job=~"$job",service_version!=""}`]
    .map((series) => `timestamp(${series})`)
    .join(' or ')
  // A process that was restarted during a deploy has two versions for a while: the newer one counts.
  const versions = `topk by (job, instance) (1, max by (job, instance, service_version) (${versioned}))`
  return `${healths} * on (job, instance) group_left (service_version) (${versions} > bool 0) or on (job, instance) ${healths}`
}
