import type { LateCause } from '../base/words.ts'
import type { SharedTask } from '../task/resolved.ts'

/** Fields that few tasks ever set. Times are awake times unless the field says otherwise. */
export class TaskExtras {
  /** For a fixed delay: the first slot has not come yet. */
  isFirstSlot = true
  /** New schedules that the kernel has not taken up yet. Events until then refer to the old schedule. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** The error of the run that ended in this batch. */
  lastError: Error | undefined
  /** Wall time. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  stuckSinceAwake: number | undefined
  downSinceAwake: number | undefined
  lastRestartAwake: number | undefined
  /** Why the newest run was late. */
  lastLateCause: LateCause | undefined
  /** The rule that last asked for a restart. */
  askedBy = ''
  /** For loops: some generation has been up. */
  hasBeenUp = false
  /** Some run has called `ready()` or `beat()`. */
  wasReady = false
  /** For loops: how many of its newest generations in a row have returned at once. */
  quickReturns = 0
  /** Since when it has failed without a recovery in between (wall time), and how often. Kept if the task has callbacks. */
  failing: { readonly since: number; failures: number } | undefined
  /** Called once the task is unregistered. */
  onGone: (() => void)[] | undefined
}

/** The extras of every task that has never set one. */
export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
