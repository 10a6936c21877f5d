import type { MetricName } from '../../src/metrics/metric.ts'
import { label, type Vocabulary } from '../prometheus/vocabulary.ts'
import {
  choice,
  dashboard,
  heatmap,
  type Show,
  stat,
  stateTimeline,
  table,
  timeseries,
  tracesLink,
} from './panels.ts'

type Where = Parameters<Vocabulary['metric']>[1]
const task = label('taskName')
const legend = `{{${task}}}`
const bad = ['failure', 'timeout', 'abandoned']

/** Queries for what the viewer has chosen. */
function asker(words: Vocabulary, chosen: string) {
  return (name: MetricName, where?: Where): string => {
    const selector = words.metric(name, where)
    return selector.endsWith('}') ? `${selector.slice(0, -1)},${chosen}}` : `${selector}{${chosen}}`
  }
}

/** All tasks of a service. */
export function fleetDashboard(words: Vocabulary): string {
  const ask = asker(words, 'job=~"$job"')
  const board = dashboard('Runwell: fleet', 'runwell-fleet', words.metric('runwell.supervisor.up'))
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
        expr: `max by (job, ${task}, ${label('healthState')}) (${ask('runwell.task.health', { healthState: ['degraded', 'unhealthy', 'unknown'] })} == 1)`,
      }),
    )
    .withPanel(
      table({
        title: 'Rules that fire',
        expr: `max by (job, ${task}, ${label('rule')}) (${ask('runwell.task.rule.firing')} == 1)`,
      }),
    )
  for (const show of shows) board.withPanel(show.kind(show))
  return text(board.build())
}

/** One task. The first row answers what is wrong, since when, whose it is, where, by which rule, and what comes next. */
export function taskDashboard(words: Vocabulary): string {
  const ask = asker(words, `job=~"$job",${task}=~"$task"`)
  const board = dashboard('Runwell: task', 'runwell-task', words.metric('runwell.supervisor.up'))
  board.withVariable(choice('task', `${words.metric('runwell.task.info')}{job=~"$job"}`, task))
  board.link(tracesLink())
  const rule = label('rule')
  const firsts: readonly Show[] = [
    {
      title: 'What is wrong, in how many processes',
      expr: `sum by (${label('healthState')}) (${ask('runwell.task.health')}) > 0`,
      legend: `{{${label('healthState')}}}`,
    },
    {
      title: 'Since',
      expr: `min(${ask('runwell.task.health.since.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
    },
    {
      title: 'By which rule',
      expr: `max by (${rule}) (${ask('runwell.task.rule.value')} and ${ask('runwell.task.rule.firing')} == 1)`,
      legend: `{{${rule}}}`,
    },
    {
      title: 'Whose',
      expr: `group by (${label('taskOwner')}, ${label('taskPriority')}) (${ask('runwell.task.info')} == 1)`,
      legend: `{{${label('taskOwner')}}}, {{${label('taskPriority')}}}`,
    },
    {
      title: 'Last errors',
      expr: `topk(3, sum by (error_type) (increase(${ask('runwell.task.errors')}[1h])) > 0)`,
      legend: '{{error_type}}',
    },
    {
      title: 'Will try again',
      expr: `min(${ask('runwell.task.next_restart.timestamp')} > 0 or ${ask('runwell.task.next_run.timestamp')} > 0) * 1000`,
      unit: 'dateTimeFromNow',
    },
  ]
  for (const show of firsts) board.withPanel(stat({ ...show, width: 4 }))
  const state = label('taskState')
  board.withPanel(
    stateTimeline({
      title: 'State',
      expr: `max by (instance, ${state}) (${ask('runwell.task.status')})`,
      legend: `{{instance}} {{${state}}}`,
    }),
  )
  board.withPanel(
    timeseries({
      title: 'Versions that run',
      expr: `count by (${label('buildVersion')}, service_version) (${asker(words, 'job=~"$job"')('runwell.build_info')})`,
    }),
  )
  for (const show of panels(ask, 'instance', '{{instance}}')) board.withPanel(show.kind(show))
  board.withPanel(
    heatmap({
      title: 'Durations',
      expr: `sum by (le) (increase(${ask('runwell.task.run.duration')}[$__rate_interval]))`,
      legend: '{{le}}',
    }),
  )
  return text(board.build())
}

/** What is worth seeing over time, of one task by process or of all by task. */
function panels(ask: ReturnType<typeof asker>, by: string, name: string) {
  const runs = (results?: readonly string[]) =>
    `sum by (${by}) (rate(${ask('runwell.task.runs', results === undefined ? undefined : { runResult: results })}[$__rate_interval]))`
  const quantile = (share: number) =>
    `histogram_quantile(${share}, sum by (${by}, le) (rate(${ask('runwell.task.run.duration')}[$__rate_interval])))`
  const line = (title: string, expr: string, unit?: string) =>
    ({ kind: timeseries, title, expr, legend: name, ...(unit === undefined ? {} : { unit }) }) as const
  return [
    line('Error ratio', `${runs(bad)} / ${runs(['success', ...bad])}`, 'percentunit'),
    ...[0.5, 0.95, 0.99].map((share) => line(`Duration, p${share * 100}`, quantile(share), 's')),
    line(
      'Lag, p95',
      `histogram_quantile(0.95, sum by (${by}, le) (rate(${ask('runwell.task.schedule.lag')}[$__rate_interval])))`,
      's',
    ),
    line('Restarts in 15 minutes', `sum by (${by}) (increase(${ask('runwell.task.restarts')}[15m]))`),
    line('Runs in flight', `sum by (${by}) (${ask('runwell.task.run.active')})`),
    line(
      'Share of time that the event loop was held',
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

function text(board: object): string {
  return `${JSON.stringify(board, undefined, 2)}\n`
}
