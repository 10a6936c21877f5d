import type { RunState } from '../kernel/state.ts'
import type { Sleeper } from './timers.ts'

/**
 * An entry of {@link Timers} for a run (its timeout, its grace, its next attempt), the rules of a task, the stop or the
 * monitor. Slots and restarts need no alarm: the record of their task is itself an entry.
 */
export interface Alarm<Owner> extends Sleeper {
  readonly wakes: 'run' | 'rules' | 'stop' | 'monitor'
  readonly owner: Owner | undefined
  readonly run: RunState | undefined
}

export function newAlarm<Owner = never>(
  wakes: Alarm<Owner>['wakes'],
  owner?: Owner,
  run?: RunState,
): Alarm<Owner> {
  return { wakes, owner, run, wakeAt: Number.POSITIVE_INFINITY, heapIndex: -1 }
}
