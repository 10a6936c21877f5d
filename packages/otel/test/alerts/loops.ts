import type { AlertCase, Stretch } from './case.ts'
import { Replica } from './replica.ts'

/** The loop fails at the start of each hour. Each time, it is stable again 2 min after its restart. */
function lostOnceAnHour(): AlertCase {
  const task = new Replica({ kind: 'loop', priority: 'critical', life: [[1, 600]] })
  const hour: readonly Stretch[] = [
    [1, 3],
    [0, 57],
  ]
  return {
    name: 'a loop that loses its connection once an hour, and is stable in between',
    every: '1m',
    series: [
      ...task.series(),
      task.health('healthy', [[1, 600]]),
      task.status('running', [[1, 600]]),
      task.runs(
        'failure',
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((failures): Stretch => [1 + failures, 60]),
      ),
      task.emitted('runwell.task.failures.consecutive', Array.from({ length: 10 }, () => hour).flat()),
    ],
    moments: ['1m', '301m', '361m', '542m', '599m'].map((at) => [at, []] as const),
  }
}

function neverStable(): AlertCase {
  const task = new Replica({ kind: 'loop', priority: 'critical', life: [[1, 60]] })
  return {
    name: 'a loop that fails before it is stable, again and again',
    every: '1m',
    series: [...task.series(), task.emitted('runwell.task.failures.consecutive', [[0, 60, 1]])],
    moments: [
      ['5m', []],
      ['10m', ['RunwellTaskConsecutiveFailures orders.import a page']],
    ],
  }
}

export const loops: readonly AlertCase[] = [
  lostOnceAnHour(),
  neverStable(),
  ...(['instance', 'service'] as const).map((scope): AlertCase => {
    // `hung` does not call `beat()` from minute 31 to minute 70.
    const loopIn = (instance: string) => new Replica({ instance, scope, kind: 'loop', life: [[1, 600]] })
    const [well, hung] = [loopIn('well'), loopIn('hung')]
    const beats = 'runwell.task.last_beat.timestamp'
    return {
      name: `a loop that hangs in one process is found, although the other one calls beat() (${scope})`,
      every: '1m',
      series: [
        ...[well, hung].flatMap((task) => [...task.series(), task.status('running', [[1, 600]])]),
        well.emitted(beats, [[0, 600, 60]]),
        hung.emitted(beats, [
          [0, 31, 60],
          [1_800, 40],
          [4_260, 500, 60],
        ]),
      ],
      moments: [
        ['40m', []],
        ['48m', [`RunwellTaskLoopSilent orders.import ${scope === 'instance' ? 'hung' : '-'} page`]],
        ['75m', []],
      ],
    }
  }),
  {
    name: 'a standby that once called beat() is not a hung loop',
    every: '1m',
    series: ((): AlertCase['series'] => {
      const leader = new Replica({ instance: 'leader', scope: 'service', kind: 'loop', life: [[1, 600]] })
      const former = new Replica({ instance: 'former', scope: 'service', kind: 'loop', life: [[1, 600]] })
      return [
        ...leader.series(),
        leader.status('standby', [
          [1, 31],
          [0, 569],
        ]),
        leader.status('running', [
          [0, 31],
          [1, 569],
        ]),
        leader.emitted('runwell.task.last_beat.timestamp', [
          [0, 31],
          [1_860, 569, 60],
        ]),
        ...former.series(),
        former.status('running', [
          [1, 31],
          [0, 569],
        ]),
        former.status('standby', [
          [0, 31],
          [1, 569],
        ]),
        former.emitted('runwell.task.last_beat.timestamp', [
          [0, 31, 60],
          [1_800, 569],
        ]),
      ]
    })(),
    moments: [
      ['30m', []],
      ['48m', []],
      ['90m', []],
    ],
  },
]
