import type { Priority } from '../base/words.ts'
import { priorities } from '../base/words.ts'
import { planShutdown } from '../shutdown/plan.ts'
import type { KernelState, KernelTask, RunState, ShutdownState } from './state.ts'
import { graceOf } from './stop.ts'
import { hasWork, runsToEnd } from './stop-class.ts'

export interface ClassEstimate {
  readonly priority: Priority
  readonly tasks: readonly string[]
  readonly aboutMs: number
  readonly leavesBehind: readonly string[]
}

export function estimateStop(
  state: KernelState,
  now: number,
  times: Pick<ShutdownState, 'deadline' | 'classGraceMs' | 'reserveMs' | 'flushMs'>,
  /** When an aborted run would end: monotonic time, `-Infinity` for immediately, `Infinity` if unknown. */
  endOf: (task: KernelTask, run: RunState) => number,
): readonly ClassEstimate[] {
  const tasks = [...state.tasks.values()]
  const classes = planShutdown(tasks.map(({ name, config }) => ({ name, ...config })))
  let at = now
  return priorities.map((priority, current) => {
    const names = classes[current] ?? []
    const hasToEnd = names.some((name) => hasWork(state, name))
    const until = at + (hasToEnd ? graceOf(state, { ...neverBegun, ...times, classes, current }, at) : 0)
    const ends = names.map((name) => endOfTask(state.tasks.get(name), endOf))
    const aboutMs = Math.min(until, Math.max(at, ...ends)) - at
    const leavesBehind = names.filter((name, index) => {
      return (ends[index] ?? 0) > until || (state.tasks.get(name)?.abandoned ?? 0) > 0
    })
    at += aboutMs
    return { priority, tasks: names, aboutMs, leavesBehind }
  })
}

function endOfTask(task: KernelTask | undefined, endOf: (task: KernelTask, run: RunState) => number): number {
  const ends = task === undefined ? [] : runsToEnd(task).map((run) => endOf(task, run))
  return Math.max(Number.NEGATIVE_INFINITY, ...ends)
}

const neverBegun = {
  startedAt: 0,
  drain: false,
  current: -1,
  classStartedAt: 0,
  classDeadline: 0,
  abortAt: 0,
  aborting: false,
  isExtended: false,
  ending: [],
}
