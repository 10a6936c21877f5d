import type { AlertCase, Moment, Series } from './case.ts'
import { Replica } from './replica.ts'

const every = '1m'
const replica = (options: Partial<ConstructorParameters<typeof Replica>[0]> = {}) =>
  new Replica({ life: [[1, 600]], ...options })

export const everyAlert: readonly AlertCase[] = [
  ...inBothScopes(
    'unhealthy pages after a minute, and resolves when healthy again',
    'RunwellTaskUnhealthy',
    (task) => [
      task.health('unhealthy', [
        [0, 10],
        [1, 10],
        [0, 20],
      ]),
      task.health('healthy', [
        [1, 10],
        [0, 10],
        [1, 20],
      ]),
    ],
  ),
  ...inBothScopes('parked until a trial succeeds', 'RunwellTaskGivenUp', (task) => [
    task.status('parked', [
      [undefined, 10],
      [1, 10],
      [0, 1],
    ]),
    task.status('running', [
      [1, 10],
      [0, 10],
      [1, 20],
    ]),
  ]),
  ...inBothScopes('failed until it is restarted manually', 'RunwellTaskGivenUp', (task) => [
    task.status('failed', [
      [undefined, 10],
      [1, 10],
      [0, 1],
    ]),
    task.status('running', [
      [1, 10],
      [0, 10],
      [1, 20],
    ]),
  ]),
  ...inBothScopes('stuck, until the run ends', 'RunwellTaskStuck', (task) => [
    task.status('stuck', [
      [undefined, 10],
      [1, 10],
      [0, 1],
    ]),
    task.status('idle', [
      [1, 10],
      [0, 10],
      [1, 20],
    ]),
  ]),
  ...inBothScopes(
    'many failures of a frequent task',
    'RunwellTaskErrorRatio',
    (task) => [
      task.runs('success', [
        [0, 10, 2],
        [20, 10],
        [20, 40, 2],
      ]),
      task.runs('failure', [
        [0, 10],
        [0, 10, 2],
        [18, 40],
      ]),
    ],
    { period: 30, moments: ['9m', '18m', '40m'] },
  ),
  ...inBothScopes(
    'a daily task that failed twice',
    'RunwellTaskConsecutiveFailures',
    (task) => [
      task.emitted('runwell.task.failures.consecutive', [
        [1, 10],
        [2, 10],
        [0, 20],
      ]),
    ],
    { period: 86_400 },
  ),
  ...inBothScopes('a manual task that failed five times', 'RunwellTaskConsecutiveFailures', (task) => [
    task.emitted('runwell.task.failures.consecutive', [
      [4, 10],
      [5, 10],
      [0, 20],
    ]),
  ]),
  ...inBothScopes(
    'a due run that has not succeeded',
    'RunwellTaskOverdue',
    (task) => [
      task.emitted('runwell.task.success_due.timestamp', [
        [0, 5],
        [60, 5],
        [500, 20],
      ]),
      task.emitted('runwell.task.last_success.timestamp', [
        [undefined, 5],
        [70, 15],
        [1_200, 20],
      ]),
    ],
    // If all processes are overdue, the alert names no instance.
    { period: 300, named: '-' },
  ),
  ...inBothScopes(
    'a loop that stopped beating',
    'RunwellTaskLoopSilent',
    (task) => [
      task.status('running', [[1, 100]]),
      task.emitted('runwell.task.last_beat.timestamp', [
        [0, 30, 60],
        [1_740, 30],
        [3_600, 40, 60],
      ]),
    ],
    { kind: 'loop', moments: ['35m', '55m', '62m'] },
  ),
  ...inBothScopes(
    'restarts that do not end',
    'RunwellTaskRestartStorm',
    (task) => [
      task.emitted(
        'runwell.task.restarts',
        [
          [0, 10],
          [0, 10, 1],
          [9, 40],
        ],
        { runwell_task_restart_reason: 'threw' },
      ),
    ],
    { kind: 'loop', moments: ['9m', '19m', '40m'] },
  ),
  ...inBothScopes(
    'a task that blocks the event loop',
    'RunwellTaskBlocksLoop',
    (task) => [
      task.emitted('runwell.task.eventloop.blocked.time', [
        [0, 10],
        [0, 20, 12],
        [228, 30],
      ]),
    ],
    { moments: ['9m', '25m', '40m'] },
  ),
  ...inBothScopes(
    'paused for more than a day',
    'RunwellTaskPausedTooLong',
    (task) => [
      task.status('paused', [
        [1, 300],
        [0, 20],
      ]),
      task.emitted('runwell.task.paused.since.timestamp', [
        [60, 300],
        [0, 20],
      ]),
      task.status('idle', [
        [0, 300],
        [1, 20],
      ]),
    ],
    { every: '5m', moments: ['1430m', '1450m', '1510m'] },
  ),
  ...['instance', 'service'].map(
    (scope): AlertCase => ({
      name: `a frequent task with an objective burns its budget (${scope})`,
      every,
      series: [
        ...replica({ scope: scope as 'instance' | 'service' }).series(),
        replica().emitted('runwell.task.slo', [[0.99, 600]]),
        replica().runs('success', [[0, 600, 8]]),
        replica().runs('failure', [
          [0, 60],
          [0, 60, 2],
          [118, 400],
        ]),
      ],
      moments: [
        ['50m', []],
        // One alert is for the fast burn, the other for the slow burn.
        ['119m', Array(2).fill('RunwellTaskBudgetBurn orders.import - page')],
        ['200m', []],
      ],
    }),
  ),
  {
    name: 'a service stops sending metrics, and starts again',
    every,
    series: [
      ...replica({ life: [[1, 20]] }).series(),
      ...replica({
        instance: 'b',
        life: [
          [undefined, 60],
          [1, 60],
        ],
      }).series(),
    ],
    moments: [
      ['22m', []],
      ['40m', ['RunwellServiceSilent - - page']],
      ['62m', []],
    ],
  },
  {
    name: 'a deploy loses a task, and the next brings it back',
    every,
    series: [
      ...replica({
        life: [
          [1, 20],
          [undefined, 40],
          [1, 40],
        ],
      }).series(),
      ...replica({ instance: 'b', task: 'other', life: [[1, 100]] }).series(),
    ],
    moments: [
      ['24m', []],
      ['40m', ['RunwellTaskVanished orders.import - page']],
      ['62m', []],
    ],
  },
  {
    name: 'runs are abandoned at shutdown, reported for a quarter of an hour',
    every,
    series: [
      ...replica({ life: [[1, 20]] }).series(),
      replica().emittedBySupervisor('runwell.supervisor.shutdown.abandoned', [
        [undefined, 20],
        [2, 1],
      ]),
      ...replica({ instance: 'b', life: [[1, 100]] }).series(),
    ],
    moments: [
      ['19m', []],
      ['22m', ['RunwellRunsAbandonedAtShutdown - a ticket']],
      ['50m', []],
    ],
  },
]

interface ScopeOptions {
  readonly period?: number
  readonly kind?: string
  readonly every?: string
  /** The value of the label `instance` in the alert of scope `instance`. `-` means that the label is missing. */
  readonly named?: string
  readonly moments?: readonly [string, string, string]
}

function inBothScopes(
  name: string,
  alert: string,
  seriesOf: (task: Replica) => readonly Series[],
  options: ScopeOptions = {},
): AlertCase[] {
  const { moments: [before, during, after] = ['9m', '15m', '25m'], named = 'a', ...rest } = options
  return (['instance', 'service'] as const).map((scope): AlertCase => {
    // A critical task has alerts of severity `page`, a task of priority low has `ticket`.
    const priority = scope === 'instance' ? 'critical' : 'low'
    const task = replica({ ...rest, scope, priority, life: [[1, 600]] })
    const [instance, severity] = scope === 'instance' ? [named, 'page'] : ['-', 'ticket']
    const firing: Moment = [during, [`${alert} orders.import ${instance} ${severity}`]]
    return {
      name: `${name} (${scope})`,
      every: options.every ?? every,
      series: [...task.series(), ...seriesOf(task)],
      moments: [[before, []], firing, [after, []]],
    }
  })
}
