import { label, type MetricQuery, type Vocabulary } from '../../src/alerts/vocabulary.ts'
import { advice } from './advice.ts'
import { firingRules, firstRows } from './first-row.ts'
import { type Link, linkBuilder, taskLinks, toTask } from './links.ts'
import { lostRunsQuery } from './lost-runs.ts'
import {
  choice,
  dashboard,
  heatmap,
  lokiTable,
  markdown,
  stat,
  stateTimeline,
  table,
  timeseries,
} from './panels.ts'

const task = label('taskName')
const legend = `{{${task}}}`
const bad = ['failure', 'timeout', 'abandoned']
const lostTitle = 'Runs that died with their process'

function metricQuery(words: Vocabulary, chosen: string): MetricQuery {
  return (name, where) => {
    const selector = words.metric(name, where)
    return selector.endsWith('}') ? `${selector.slice(0, -1)},${chosen}}` : `${selector}{${chosen}}`
  }
}

export function fleetDashboard(words: Vocabulary): string {
  const ask = metricQuery(words, 'job=~"$job"')
  const alerts = 'ALERTS{alertname=~"Runwell.+",job=~"$job"}'
  const board = dashboard(
    'Runwell: fleet',
    'runwell-fleet',
    words.metric('runwell.supervisor.up'),
    firing(alerts),
  )
  const ofRow = `\${__data.fields.${task}}`
  const links = [toTask(task), ...taskLinks(ofRow, `\${__data.fields.job}`)]
  const shows = panels(ask, task, legend)
  const state = label('taskState')
  board
    .withPanel(stat({ title: 'Processes', expr: `sum(${ask('runwell.supervisor.up')})`, width: 6 }))
    .withPanel(
      stat({
        title: 'Tasks by state',
        expr: `sum by (${state}) (${ask('runwell.supervisor.tasks')}) > 0`,
        legend: `{{${state}}}`,
        width: 18,
      }),
    )
    .withPanel(
      table({
        title: 'Not healthy',
        expr: `sum by (job, ${task}, ${label('healthState')}) (${ask('runwell.task.health', { healthState: ['degraded', 'unhealthy', 'unknown'] })} == 1)`,
        legend: 'processes',
        links,
      }),
    )
    .withPanel(
      table({
        title: 'Firing rules: value and limit',
        ...firingRules(ask, `job, ${task}, ${label('rule')}`),
        links,
      }),
    )
    .withPanel(alertTable(alerts, `alertname, severity, alertstate, job, ${task}, instance`, links))
    .withPanel(lokiTable(lostTitle, lostRunsQuery('$job', '.+'), []))
  for (const show of shows) board.withPanel(show.kind(show))
  return json(board.build())
}

export function taskDashboard(words: Vocabulary): string {
  const ask = metricQuery(words, `job=~"$job",${task}=~"$task"`)
  const alerts = `ALERTS{job=~"$job",${task}=~"$task"}`
  const board = dashboard(
    'Runwell: task',
    'runwell-task',
    words.metric('runwell.supervisor.up'),
    firing(alerts),
  )
  const links = taskLinks(`\${task}`, `\${job}`)
  board.withVariable(choice('task', `${words.metric('runwell.task.info')}{job=~"$job"}`, task))
  for (const link of links) board.link(linkBuilder(link))
  for (const panel of firstRows(ask, links)) board.withPanel(panel)
  board.withPanel(alertTable(alerts, 'alertname, severity, alertstate, instance', links))
  board.withPanel(lokiTable(lostTitle, lostRunsQuery('$job', '$task'), links))
  const state = label('taskState')
  board.withPanel(
    stateTimeline({
      title: 'State over time',
      expr: `max by (instance, ${state}) (${ask('runwell.task.status')})`,
      legend: `{{instance}} {{${state}}}`,
    }),
  )
  board.withPanel(
    timeseries({
      title: 'Running versions',
      expr: `count by (${label('buildVersion')}, service_version) (${metricQuery(words, 'job=~"$job"')('runwell.build_info')})`,
    }),
  )
  board.withPanel(markdown('Does it recover by itself, and what can I do?', advice()))
  for (const show of panels(ask, 'instance', '{{instance}}')) board.withPanel(show.kind(show))
  board.withPanel(
    heatmap({
      title: 'Durations',
      expr: `sum by (le) (increase(${ask('runwell.task.run.duration')}[$__rate_interval]))`,
      legend: '{{le}}',
    }),
  )
  return json(board.build())
}

function alertTable(alerts: string, by: string, links: readonly Link[]): ReturnType<typeof table> {
  return table({ title: 'Alerts', expr: `count by (${by}) (${alerts})`, legend: 'alerts', links })
}

function firing(alerts: string): string {
  return alerts.replace('}', ',alertstate="firing"}')
}

function panels(ask: ReturnType<typeof metricQuery>, by: string, name: string) {
  const runs = (results?: readonly string[]) =>
    `sum by (${by}) (rate(${ask('runwell.task.runs', results === undefined ? undefined : { runResult: results })}[$__rate_interval]))`
  const quantile = (q: number) =>
    `histogram_quantile(${q}, sum by (${by}, le) (rate(${ask('runwell.task.run.duration')}[$__rate_interval])))`
  const line = (title: string, expr: string, unit?: string) =>
    ({ kind: timeseries, title, expr, legend: name, ...(unit === undefined ? {} : { unit }) }) as const
  return [
    line('Error ratio', `${runs(bad)} / ${runs(['success', ...bad])}`, 'percentunit'),
    ...[0.5, 0.95, 0.99].map((q) => line(`Duration, p${q * 100}`, quantile(q), 's')),
    line(
      'Lag, p95',
      `histogram_quantile(0.95, sum by (${by}, le) (rate(${ask('runwell.task.schedule.lag')}[$__rate_interval])))`,
      's',
    ),
    line('Restarts in 15 minutes', `round(sum by (${by}) (increase(${ask('runwell.task.restarts')}[15m])))`),
    line('Active runs', `sum by (${by}) (${ask('runwell.task.run.active')})`),
    line(
      'Ratio of time for which the event loop was blocked',
      `sum by (${by}) (rate(${ask('runwell.task.eventloop.blocked.time')}[$__rate_interval]))`,
      'percentunit',
    ),
    line(
      'Age of the last success',
      `time() - max by (${by}) (${ask('runwell.task.last_success.timestamp')} > 0)`,
      's',
    ),
  ]
}

function json(board: object): string {
  return `${JSON.stringify(board, undefined, 2)}\n`
}
