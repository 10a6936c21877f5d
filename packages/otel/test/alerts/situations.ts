import type { AlertCase } from './case.ts'
import { Replica } from './replica.ts'

const hour = 3_600
const day = 24 * hour

export const situations: readonly AlertCase[] = [
  ...(['instance', 'service'] as const).map((scope): AlertCase => {
    const old = new Replica({ instance: 'old', scope, period: day, life: [[1, 100]] })
    const young = new Replica({
      instance: 'young',
      scope,
      period: day,
      life: [
        [undefined, 95],
        [1, 100],
      ],
    })
    return {
      name: `a nightly task on a new replica is silent (${scope})`,
      every: '5m',
      series: [
        ...old.series(),
        ...young.series(),
        old.emitted('runwell.task.success_due.timestamp', [
          [0, 20],
          [6_000, 80],
        ]),
        old.emitted('runwell.task.last_success.timestamp', [
          [undefined, 20],
          [6_100, 80],
        ]),
        young.emitted('runwell.task.success_due.timestamp', [
          [undefined, 95],
          [6_000, 100],
        ]),
      ],
      moments: [
        ['8h', []],
        ['9h', []],
        ['16h', []],
      ],
    }
  }),
  ...[0, 1, 2, 3].map((phase): AlertCase => {
    // The push happens `phase` times 15 s after each full minute.
    const task = new Replica({ period: 10, life: minutely(phase, () => 1) })
    return {
      name: `a 10 s task on a 60 s push is silent in phase ${phase}`,
      every: '15s',
      series: [
        ...task.series(),
        task.emitted(
          'runwell.task.success_due.timestamp',
          minutely(phase, (at) => Math.max(0, at - 35)),
        ),
        task.emitted(
          'runwell.task.last_success.timestamp',
          minutely(phase, (at) => Math.max(1, at - 3)),
        ),
        task.runs(
          'success',
          minutely(phase, (at) => at / 10),
        ),
        task.runs(
          'failure',
          minutely(phase, () => 0),
        ),
      ],
      moments: [
        ['5m', []],
        ['12m15s', []],
        ['20m30s', []],
        ['29m45s', []],
      ],
    }
  }),
  {
    name: 'one of five replicas that hangs fires, and no other does',
    every: '1m',
    series: [0, 1, 2, 3, 4].flatMap((n) => {
      const task = new Replica({ instance: `replica-${n}`, period: 60, life: [[1, 60]] })
      const success =
        n === 3
          ? ([
              [30, 20, 60],
              [1_230, 40],
            ] as const)
          : ([[30, 60, 60]] as const)
      return [
        ...task.series(),
        task.emitted('runwell.task.success_due.timestamp', [
          [0, 2],
          [60, 58, 60],
        ]),
        task.emitted('runwell.task.last_success.timestamp', success),
      ]
    }),
    moments: [
      ['15m', []],
      ['40m', ['RunwellTaskOverdue orders.import replica-3 page']],
    ],
  },
  {
    name: 'four standbys of a task that the leader runs are silent, and so is a standby that failed',
    every: '1m',
    series: [0, 1, 2, 3, 4].flatMap((n) => {
      const task = new Replica({ instance: `replica-${n}`, scope: 'service', period: 60, life: [[1, 60]] })
      const isLeader = n === 0
      return [
        ...task.series(),
        task.status(isLeader ? 'idle' : 'standby', [[1, 60]]),
        task.health(n === 2 ? 'unhealthy' : 'healthy', [[1, 60]]),
        task.emitted(
          'runwell.task.success_due.timestamp',
          isLeader
            ? [
                [0, 2],
                [60, 58, 60],
              ]
            : [[0, 60]],
        ),
        ...(isLeader ? [task.emitted('runwell.task.last_success.timestamp', [[30, 60, 60]])] : []),
      ]
    }),
    moments: [
      ['15m', []],
      ['40m', []],
    ],
  },
  {
    name: 'an unhealthy leader pages, although its standbys are healthy',
    every: '1m',
    series: [0, 1, 2].flatMap((n) => {
      const task = new Replica({ instance: `replica-${n}`, scope: 'service', period: 60, life: [[1, 60]] })
      return [
        ...task.series(),
        task.status(n === 0 ? 'idle' : 'standby', [[1, 60]]),
        task.health(n === 0 ? 'unhealthy' : 'healthy', [[1, 60]]),
      ]
    }),
    moments: [['15m', ['RunwellTaskUnhealthy orders.import - page']]],
  },
  withRuns('one failure of an hourly task is silent', hour, 12, (n) => n === 5, []),
  withRuns('a task of 5 minutes that fails half the time fires', 300, 1, (n) => n % 2 === 0, [
    'RunwellTaskErrorRatio orders.import a page',
  ]),
  {
    name: 'runs that a deploy cancels are silent',
    every: '1m',
    series: [0, 1, 2, 3, 4, 5].flatMap((n) => {
      const task = new Replica({
        instance: `replica-${n}`,
        period: 60,
        life:
          n === 0
            ? [[1, 10]]
            : [
                [undefined, n * 10],
                [1, 10],
              ],
      })
      const gap = n === 0 ? [] : [[undefined, n * 10] as const]
      return [
        ...task.series(),
        task.runs('success', [...gap, [0, 9], [1, 1]]),
        task.runs('cancellation', [...gap, [0, 5], [0, 5, 2]]),
        task.runs('failure', [...gap, [0, 10]]),
      ]
    }),
    moments: [
      ['9m', []],
      ['25m', []],
      ['55m', []],
    ],
  },
  {
    name: 'a stuck task that is unregistered resolves',
    every: '1m',
    series: stuckAndGone(),
    moments: [
      ['9m', []],
      ['15m', ['RunwellTaskStuck orders.import a page']],
      ['25m', []],
      ['60m', []],
    ],
  },
  {
    name: 'if versions differ in the priority of a task, that of most processes is used',
    every: '1m',
    series: ['low', 'high', 'high'].flatMap((priority, n) => {
      const task = new Replica({
        instance: `replica-${n}`,
        priority: priority as 'low' | 'high',
        life: [[1, 60]],
      })
      return [...task.series(), task.health('unhealthy', [[n === 0 ? 1 : 0, 60]])]
    }),
    moments: [['15m', ['RunwellTaskUnhealthy orders.import replica-0 page']]],
  },
]

/** One sample every 15 s for half an hour, of which one per minute has a value. */
function minutely(phase: number, value: (at: number) => number) {
  const minutes = Array.from({ length: 30 }, (_, n) => n)
  return minutes.flatMap((n) => {
    const at = n * 60 + phase * 15
    const gap = n === 0 ? phase : 3
    return [...(gap === 0 ? [] : [[undefined, gap] as const]), [value(at), 1] as const]
  })
}

function withRuns(
  name: string,
  period: number,
  hours: number,
  isBad: (n: number) => boolean,
  firing: readonly string[],
): AlertCase {
  const task = new Replica({ period, life: [[1, 1_000]] })
  const runs = Array.from({ length: Math.floor(60_000 / period) }, (_, n) => n)
  const total = (bad: boolean) =>
    runs.map((n) => [runs.filter((each) => each < n && isBad(each) === bad).length, period / 60] as const)
  return {
    name,
    every: '1m',
    series: [...task.series(), task.runs('success', total(false)), task.runs('failure', total(true))],
    moments: [[`${hours * 60 + 55}m`, firing]],
  }
}

function stuckAndGone() {
  const task = new Replica({
    life: [
      [1, 20],
      [0, 1],
    ],
  })
  const other = new Replica({ task: 'other', life: [[1, 100]] })
  const own = task.series().filter(({ metric }) => metric !== 'runwell.supervisor.up')
  return [
    ...other.series(),
    ...own,
    task.status('stuck', [
      [undefined, 10],
      [1, 10],
      [0, 1],
    ]),
  ]
}
