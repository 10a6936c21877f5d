import type { RunState } from '../kernel/state.ts'
import type { Sleeper } from './timers.ts'

/**
 * A deadline in {@link Timers}: of a run (its timeout, its grace or its next attempt), of the rules of a task, of the
 * stop or of the monitor. Slots and restarts need no alarm, because the record of their task is itself an entry in
 * {@link Timers}.
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
