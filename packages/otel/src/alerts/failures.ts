import { runbookOf } from './addresses.ts'
import { both, taskRules } from './alert.ts'
import type { AlertRule } from './rule-file.ts'
import { byInstance, byService, byTask, label, type Vocabulary } from './vocabulary.ts'

/** Results that the alerts count as failures. `cancellation` is left out, because a deploy cancels runs. */
const bad = ['failure', 'timeout', 'abandoned']
const counted = ['success', ...bad]

/**
 * Each window is for tasks with a period above `over` and up to `upTo` seconds. The window contains at least ten
 * slots of such a task.
 */
const windows = [
  { over: 0, upTo: 30, window: '5m' },
  { over: 30, upTo: 300, window: '1h' },
  // `:5m` reads one value every 5 minutes. So this long window needs only 144 values of each series.
  { over: 300, upTo: 3600, window: '12h:5m' },
]

export function failureAlerts(words: Vocabulary): AlertRule[] {
  const restarts = words.metric('runwell.task.restarts')
  const blocked = words.metric('runwell.task.eventloop.blocked.time')
  const abandoned = words.metric('runwell.supervisor.shutdown.abandoned')
  const blocks = `max by (${byInstance}) (rate(${blocked}[5m])) > 0.1`
  return [
    ...taskRules({
      alert: 'RunwellTaskErrorRatio',
      for: '1m',
      summary: 'more than 30 % of its runs fail',
      description: '{{ $value | humanizePercentage }} of its recent runs did not succeed.',
      ...both((by) => windows.map((each) => bandRatio(words, by, each)).join(' or ')),
    }),
    ...taskRules({
      alert: 'RunwellTaskConsecutiveFailures',
      for: '1m',
      summary: 'fails every time',
      description: 'The last {{ $value }} runs did not succeed.',
      ...both((by) => consecutive(words, by)),
    }),
    ...burnAlerts(words),
    ...taskRules({
      alert: 'RunwellTaskRestartStorm',
      summary: 'restarted more than 5 times in 15 minutes',
      description:
        'It was restarted {{ $value | humanize }} times in 15 minutes, not counting manual restarts.',
      ...both(
        // Rounded, because increase() returns fractions, and the description of the alert shows the value.
        (by) =>
          `round(sum by (${by}) (increase(${restarts}{${label('restartReason')}!="manual"}[15m]))) > 5.5`,
      ),
    }),
    ...taskRules({
      alert: 'RunwellTaskBlocksLoop',
      for: '5m',
      summary: 'blocks the event loop',
      description:
        'It blocks the event loop for {{ $value | humanizePercentage }} of the time. Everything else in the process has to wait.',
      instance: blocks,
      service: `max by (${byTask}) (${blocks})`,
    }),
    {
      alert: 'RunwellRunsAbandonedAtShutdown',
      expr: `max by (${byService}, instance) (last_over_time(${abandoned}[15m])) > 0`,
      labels: { severity: 'ticket' },
      annotations: {
        summary: '{{ $labels.job }} on {{ $labels.instance }}: abandoned {{ $value }} runs at shutdown',
        description: 'They did not react to their abort signal in time. The log of the process names them.',
        runbook_url: runbookOf('RunwellRunsAbandonedAtShutdown'),
      },
    },
  ]
}

function ratio(words: Vocabulary, by: string, window: string, atLeast: number): string {
  const sum = (results: readonly string[]) =>
    `sum by (${by}) (increase(${words.metric('runwell.task.runs', { runResult: results })}[${window}]))`
  // The limit is 0.5 lower than `atLeast`, because increase() may return slightly less than the number of runs.
  return `${sum(bad)} / (${sum(counted)} >= ${atLeast - 0.5})`
}

function bandRatio(words: Vocabulary, by: string, band: (typeof windows)[number]): string {
  const period = `max by (${by}) (${words.metric('runwell.task.schedule.interval')})`
  return `(${ratio(words, by, band.window, 5)} > 0.3 and on (${by}) (${period} > ${band.over} <= ${band.upTo}))`
}

/**
 * For tasks that the alert on the error ratio does not cover. If the period is above an hour, this alert fires after
 * two failures in a row. If the task has no period, it fires after five failures in a row.
 */
function consecutive(words: Vocabulary, by: string): string {
  const failures = `max by (${by}) (${words.metric('runwell.task.failures.consecutive')})`
  const period = `max by (${by}) (${words.metric('runwell.task.schedule.interval')} > 0)`
  const success = `max by (${by}) (${words.metric('runwell.task.last_success.timestamp')})`
  const isRare = `${failures} >= 2 and on (${by}) (${period} > 3600)`
  // The alert does not fire if a run has succeeded within the last period. With `byTask`, that run may be in any
  // process. With `byInstance`, it must be in the same process as the failures.
  const elsewhere = `(time() - ${success} < on (${by}) ${period})`
  return `(${isRare} or ${failures} >= 5 unless on (${by}) ${period}) unless on (${by}) ${elsewhere}`
}

/**
 * Alerts for tasks that use up the error budget of their SLO too fast. The factors are for a budget of 30 days, whatever
 * the option `slo.window` says: 14.4 uses up 2 % of the budget in 1 h, and 6 uses up 5 % in 6 h.
 */
function burnAlerts(words: Vocabulary): AlertRule[] {
  const budget = `(1 - max by (${byTask}) (${words.metric('runwell.task.slo')}))`
  const burns = (window: string, factor: number, atLeast: number) =>
    `(${ratio(words, byTask, window, atLeast)} > on (${byTask}) ${factor} * ${budget})`
  const alert = (speed: string, expr: string) => [
    ...taskRules({
      alert: 'RunwellTaskBudgetBurn',
      for: '2m',
      labels: { burn: speed },
      summary: `uses up its error budget (${speed} burn)`,
      description:
        '{{ $value | humanizePercentage }} of its runs do not succeed. That is far more than its objective allows.',
      service: expr,
      instance: expr,
    }),
  ]
  return [
    ...alert('fast', `${burns('1h', 14.4, 20)} and ${burns('5m', 14.4, 20)}`),
    ...alert('slow', `${burns('6h:1m', 6, 20)} and ${burns('30m', 6, 20)}`),
  ]
}
