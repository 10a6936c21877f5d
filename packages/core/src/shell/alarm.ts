import type { RunState } from '../kernel/state.ts'
import type { Sleeper } from './timers.ts'

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
