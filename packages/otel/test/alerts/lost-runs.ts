import type { AlertCase, Series, Stretch } from './case.ts'
import { Replica, type ReplicaOptions } from './replica.ts'

const minute = 60

function ending(
  up: readonly Stretch[],
  active: readonly Stretch[],
  options: Partial<ReplicaOptions> = {},
): Series[] {
  const gone = new Replica({ life: [[1, 20]], ...options })
  const other = new Replica({ instance: 'b', life: [[1, 200]], ...options })
  const own = gone.series().filter(({ metric }) => metric !== 'runwell.supervisor.up')
  return [
    ...own,
    gone.emittedBySupervisor('runwell.supervisor.up', up),
    gone.emitted('runwell.task.run.active', active),
    ...other.series(),
    other.emitted('runwell.task.run.active', [[1, 200]]),
  ]
}

const silent = (name: string, series: readonly Series[]): AlertCase => ({
  name,
  every: `${minute}s`,
  series,
  moments: [
    ['15m', []],
    ['28m', []],
    ['60m', []],
  ],
})

export const lostRuns: readonly AlertCase[] = [
  {
    name: 'a process dies while runs are active, and tells so for an hour',
    only: 'otlp',
    every: `${minute}s`,
    series: ending([[1, 20]], [[undefined, 10], [2, 10]]), // biome-ignore format: a table
    moments: [
      ['15m', []],
      ['23m', []],
      ['28m', ['RunwellRunsLost orders.import a page']],
      ['70m', ['RunwellRunsLost orders.import a page']],
      ['85m', []],
    ],
  },
  silent('a process that dies between two runs is silent', ending([[1, 20]], [[1, 18], [0, 2]])), // biome-ignore format: a table
  silent(
    'a stop that was orderly is silent, even if an abandoned run was left',
    ending([[1, 19], [0, 1]], [[1, 20]]), // biome-ignore format: a table
  ),
  silent('a loop that dies with its process is silent', ending([[1, 20]], [[1, 20]], { kind: 'loop' })),
]
