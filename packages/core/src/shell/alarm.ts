import type { RunState } from '../kernel/state.ts'
import type { Sleeper } from './timers.ts'

/**
 * Wakes one run (its timeout, its grace, its next attempt), the rules of a task, the stop or the monitor. The slot and the
 * restart of a task need none: its record is in the heap itself.
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
