import type { AlertCase, Series, Stretch } from './case.ts'
import { Replica } from './replica.ts'

/** All times are in minutes. */
const lostAt = 1_500
const end = 1_600

/**
 * Three processes have a loop that only the leader runs. The first process is the leader until `lostAt`. It then
 * pauses the loop. The second process resumes the loop at `resumedAt`, and the loop then has the state `state`.
 */
function leaders(resumedAt: number, state: string): Series[] {
  const lives: readonly { readonly paused: readonly Stretch[]; readonly since: readonly Stretch[] }[] = [
    { paused: [[0, lostAt], [1, end - lostAt]], since: [[0, lostAt], [lostAt * 60, end - lostAt]] }, // biome-ignore format: a table
    { paused: [[1, resumedAt], [0, end - resumedAt]], since: [[30, resumedAt], [0, end - resumedAt]] }, // biome-ignore format: a table
    { paused: [[1, end]], since: [[30, end]] },
  ]
  return lives.flatMap(({ paused, since }, n) => {
    const task = new Replica({ instance: `replica-${n}`, scope: 'service', kind: 'loop', life: [[1, end]] })
    const active = paused.map(([value, count]): Stretch => [1 - Number(value), count])
    return [
      ...task.series(),
      task.status('paused', paused),
      task.emitted('runwell.task.paused.since.timestamp', since),
      task.status(n === 1 ? state : 'running', active),
    ]
  })
}

export const leaderCases: readonly AlertCase[] = [
  {
    name: 'a loop that the leader runs does not fire for the other processes, nor while another one takes over',
    every: '1m',
    series: leaders(lostAt + 4, 'running'),
    moments: [
      ['1450m', []],
      ['1501m', []],
      ['1503m', []],
      ['1510m', []],
    ],
  },
  {
    name: 'a loop that the new leader has parked fires as parked, not as paused in the other processes',
    every: '1m',
    series: leaders(lostAt + 4, 'parked'),
    moments: [['1520m', ['RunwellTaskGivenUp orders.import - page']]],
  },
  {
    name: 'a loop that no process resumes after its leader has paused it fires five minutes later',
    every: '1m',
    series: leaders(end - 1, 'running'),
    moments: [
      ['1504m', []],
      ['1506m', ['RunwellTaskPausedTooLong orders.import - page']],
    ],
  },
]
