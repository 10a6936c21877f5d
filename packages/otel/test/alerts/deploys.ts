import type { AlertCase, Series, Stretch } from './case.ts'
import { Replica } from './replica.ts'

const day = 24 * 3_600
/** One sample every 30 minutes. */
const perDay = 48

/**
 * A weekly task in a service that gets a new process every day, for 12 days. Only process 1 and process `repaired`
 * have a success.
 */
function weekly(scope: 'instance' | 'service', repaired?: number): Series[] {
  return Array.from({ length: 12 }, (_, n) => {
    const gap: readonly Stretch[] = n === 0 ? [] : [[undefined, n * perDay]]
    const task = new Replica({
      instance: `replica-${n}`,
      scope,
      period: 7 * day,
      life: [...gap, [1, perDay]],
    })
    // The slots are at noon of day 2 and day 9.
    const slot = (at: number) => at * day + day / 2
    const due: readonly Stretch[] =
      n === 0
        ? [[0, perDay]]
        : n === 1
          ? [[0, perDay / 2], [slot(1), perDay / 2]] // biome-ignore format: a table
          : n < 8
            ? [[slot(1), perDay]]
            : n === 8
              ? [[slot(1), perDay / 2], [slot(8), perDay / 2]] // biome-ignore format: a table
              : [[slot(8), perDay]]
    const success: readonly Stretch[] = [
      [undefined, perDay / 2],
      [n * day + day / 2 + 60, perDay / 2],
    ]
    return [
      ...task.series(),
      task.emitted('runwell.task.success_due.timestamp', [...gap, ...due]),
      ...(n === 1 || n === repaired
        ? [task.emitted('runwell.task.last_success.timestamp', [...gap, ...success])]
        : []),
    ]
  }).flat()
}

/** The period is five minutes. After an hour, only `alive` of three replicas still succeed. */
function replicas(alive: number): Series[] {
  return [0, 1, 2].flatMap((n) => {
    const task = new Replica({ instance: `replica-${n}`, period: 300, life: [[1, 48]] })
    const success: readonly Stretch[] = n < alive ? [[30, 48, 300]] : [[30, 12, 300], [3_330, 36]] // biome-ignore format: a table
    return [
      ...task.series(),
      task.emitted('runwell.task.success_due.timestamp', [[0, 2], [300, 46, 300]]), // biome-ignore format: a table
      task.emitted('runwell.task.last_success.timestamp', success),
    ]
  })
}

export const deploys: readonly AlertCase[] = [
  ...(['instance', 'service'] as const).flatMap((scope): AlertCase[] => [
    {
      name: `a weekly task that died under daily deploys fires, and still does after each deploy (${scope})`,
      every: '30m',
      series: weekly(scope),
      moments: [
        ['30h', []],
        ['200h', []],
        ['205h', ['RunwellTaskOverdue orders.import - page']],
        ['217h', ['RunwellTaskOverdue orders.import - page']],
        ['241h', ['RunwellTaskOverdue orders.import - page']],
        ['280h', ['RunwellTaskOverdue orders.import - page']],
      ],
    },
  ]),
  {
    name: 'a weekly task under daily deploys resolves when any process has succeeded',
    every: '30m',
    series: weekly('instance', 10),
    moments: [
      ['250h', ['RunwellTaskOverdue orders.import - page']],
      ['254h', []],
      ['280h', []],
    ],
  },
  {
    name: 'a task that is overdue in all of its processes fires once',
    every: '5m',
    series: replicas(0),
    moments: [
      ['50m', []],
      ['3h', ['RunwellTaskOverdue orders.import - page']],
    ],
  },
  {
    name: 'a task that is overdue in some of its processes fires for each of them',
    every: '5m',
    series: replicas(1),
    moments: [
      ['50m', []],
      [
        '3h',
        [
          'RunwellTaskOverdue orders.import replica-1 page',
          'RunwellTaskOverdue orders.import replica-2 page',
        ],
      ],
    ],
  },
]
