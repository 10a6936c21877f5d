import type { AlertCase, Series } from './case.ts'
import { Replica } from './replica.ts'

const minutes = 200

/** The period is ten minutes, but a run takes 50 minutes. Only one run succeeds. */
function longRuns(graceSeconds: number): readonly Series[] {
  const task = new Replica({ period: 600, life: [[1, minutes]] })
  const firstDue = (600 + graceSeconds) / 60
  const slots = Array.from(
    { length: Math.floor((minutes - firstDue) / 10) },
    (_, n) => [600 * (n + 1), 10] as const,
  )
  return [
    ...task.series(),
    task.emitted('runwell.task.last_success.timestamp', [
      [undefined, 60],
      [3_600, minutes - 60],
    ]),
    task.emitted('runwell.task.success_due.timestamp', [[0, firstDue], ...slots]),
  ]
}

/** What the alerts notice late or not at all. */
export const limits: readonly AlertCase[] = [
  {
    // The grace is half a period (5 minutes) plus the timeout of an hour.
    name: 'a task whose runs may take an hour is overdue when that hour is over, and not before',
    every: '1m',
    series: longRuns(300 + 3_600),
    moments: [
      ['62m', []],
      ['90m', []],
      ['134m', []],
      // The slot at 70 minutes is overdue at 135 minutes, and the rule waits for two more minutes.
      ['138m', ['RunwellTaskOverdue orders.import - page']],
      ['180m', ['RunwellTaskOverdue orders.import - page']],
    ],
  },
  {
    name: 'without that, it would be overdue while it works',
    every: '1m',
    series: longRuns(300),
    moments: [['90m', ['RunwellTaskOverdue orders.import - page']]],
  },
  {
    // Each replica assumes that another replica runs the task.
    name: 'no alert fires for a task that is on standby in all replicas',
    every: '5m',
    series: ['a', 'b'].flatMap((instance) => {
      const task = new Replica({ instance, scope: 'service', period: 600, life: [[1, 600]] })
      return [
        ...task.series(),
        task.status('standby', [[1, 600]]),
        task.emitted('runwell.task.success_due.timestamp', [[0, 600]]),
        task.emitted('runwell.task.last_success.timestamp', [[600, 600]]),
      ]
    }),
    moments: [
      ['1h', []],
      ['12h', []],
      ['48h', []],
    ],
  },
]
