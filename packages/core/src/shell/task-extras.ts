import type { LateCause } from '../base/words.ts'
import type { SharedTask } from '../task/resolved.ts'

/** What few tasks ever have. Loop times, where not said otherwise. */
export class TaskExtras {
  /** Of a fixed delay: the first slot is still to come. */
  isFirstSlot = true
  /** What it was rescheduled to, until the kernel takes that up: what is being told meanwhile is of the old schedule. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** What the run that ended in this batch threw. */
  lastError: Error | undefined
  /** Wall time. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  stuckSince: number | undefined
  downSince: number | undefined
  lastRestartAwake: number | undefined
  /** Why the newest run was late. */
  lastLateCause: LateCause | undefined
  /** The rule that asked for a restart last. */
  askedBy = ''
  /** For loops: a generation has come up. */
  hasBeenUp = false
  /** A run of it has called `ready()` or given a beat. */
  wasReady = false
  /** Called when it is gone. */
  onGone: (() => void)[] | undefined
}

/** Those of a task that has never set one. */
export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
