import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { label, type MetricQuery } from '../prometheus/vocabulary.ts'
import type { Link } from './links.ts'
import { type Show, stat, table } from './panels.ts'

const ill = ['degraded', 'unhealthy', 'unknown']
const health = label('healthState')

/** The first panels of a task, for a person who was paged. */
export function atOneLook(ask: MetricQuery, links: readonly Link[]): Builder<Panel>[] {
  const rule = label('rule')
  const state = label('taskState')
  return [
    stat({
      title: 'What is wrong, in how many processes',
      expr: `sum by (${health}) (${ask('runwell.task.health')}) > 0`,
      legend: `{{${health}}}`,
      width: 4,
    }),
    stat({
      title: 'Since',
      expr: `min(${ask('runwell.task.health.since.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
      width: 4,
    }),
    stat({
      title: 'One process or all',
      expr: `sum(${ask('runwell.task.health', { healthState: ill })}) or vector(0)`,
      legend: 'not healthy',
      other: { expr: `sum(${ask('runwell.task.registered')})`, legend: 'have it' },
      width: 4,
    }),
    stat({ ...whose(ask), isName: true, width: 4 }),
    stat({
      title: 'Its state',
      expr: `sum by (${state}) (${ask('runwell.task.status')}) > 0`,
      legend: `{{${state}}}`,
      width: 4,
    }),
    stat({
      title: 'Will try again',
      expr: `min(${ask('runwell.task.next_restart.timestamp')} > 0 or ${ask('runwell.task.next_run.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
      width: 4,
    }),
    table({
      title: 'By which rule: its value and limit',
      ...firingRules(ask, rule),
      links,
      width: 8,
      height: 7,
    }),
    table({
      title: 'Where: processes and the versions that they run',
      expr: where(ask),
      links,
      width: 8,
      height: 7,
    }),
    table({
      title: 'Last errors, within an hour: click for trace and log',
      expr: `topk(5, round(sum by (error_type) (increase(${ask('runwell.task.errors')}[1h]))) > 0)`,
      legend: 'errors',
      unit: 'short',
      links,
      width: 8,
      height: 7,
    }),
  ]
}

/** The values and limits of the firing rules. */
export function firingRules(ask: MetricQuery, by: string): Pick<Show, 'expr' | 'legend' | 'other'> {
  const of = (name: 'runwell.task.rule.value' | 'runwell.task.rule.limit') =>
    `max by (${by}) (${ask(name)} and ${ask('runwell.task.rule.firing')} == 1)`
  return {
    expr: of('runwell.task.rule.value'),
    legend: 'value',
    other: { expr: of('runwell.task.rule.limit'), legend: 'limit' },
  }
}

function whose(ask: MetricQuery): Show {
  const [owner, priority, runbook] = [label('taskOwner'), label('taskPriority'), label('taskRunbook')]
  return {
    title: 'Whose',
    expr: `group by (${owner}, ${priority}, ${runbook}) (${ask('runwell.task.info')} == 1)`,
    legend: `{{${owner}}}, {{${priority}}}`,
    links: [{ title: 'Its runbook', url: `\${__field.labels.${runbook}}` }],
  }
}

/** The health of each process, with the service version if known. */
function where(ask: MetricQuery): string {
  const healths = `max by (job, instance, ${health}) (${ask('runwell.task.health')} == 1)`
  // Only the latest: during a deploy one process may have had two versions.
  const versions =
    'topk by (job, instance) (1, max by (job, instance, service_version) (timestamp(target_info{job=~"$job"})))'
  return `${healths} * on (job, instance) group_left (service_version) (${versions} > bool 0) or on (job, instance) ${healths}`
}
