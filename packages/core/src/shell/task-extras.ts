import type { Now } from '../base/now.ts'
import type { LateCause } from '../base/words.ts'
import type { KnownLateness } from '../kernel/event.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { SharedTask } from '../task/resolved.ts'
import type { HostCalls } from './host-calls.ts'

/**
 * Fields that only few tasks need. Most times are `awake` times of `Now`: monotonic times without sleep and blocks.
 */
export class TaskExtras {
  /** Only for a fixed delay: whether the next slot is the first one. Later slots count from the end of a run. */
  isFirstSlot = true
  /** The slots count from a call of `reschedule()`, not from the start of the task. */
  isRescheduled = false
  /** The task was rescheduled during a run. Its runs are no longer delayed by the spread. */
  isSpread = false
  /** New schedules that the kernel has not applied yet, the oldest first. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** The error of the run that ended in this step. */
  lastError: Error | undefined
  /** Wall time. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  pausedBy: string | undefined
  areEpisodesClosed = false
  suspendedSince: Now | undefined
  /** The total active time before `start.awake`. The end of a pause or a standby moves `start.awake`. */
  activeBeforeMs = 0
  /** How long the task was paused or on standby since the last success. */
  heldSinceSuccessMs = 0
  stuckSinceAwake: number | undefined
  downSinceAwake: number | undefined
  lastRestartAwake: number | undefined
  /**
   * For a loop that was parked or given up: the number of restarts in the budget window, and the limit of the budget.
   * Both are from the time when the loop was parked or given up.
   */
  gaveUpAfter: { readonly inWindow: number; readonly limit: number } | undefined
  lastLateCause: LateCause | undefined
  /** The name of the health rule that last requested a restart. */
  askedBy = ''
  /** The run that a health rule restarts, and the first rule that requested this. */
  restartedBy: { readonly runId: number | undefined; readonly rule: string } | undefined
  /**
   * For a loop: whether any run has called `ready()` or `beat()`, or has ended a unit. A run that has lasted for 1 s
   * also counts, except with the option `ready: true`.
   * For an external task that is not a loop: whether the host has ever called `up()`.
   */
  hasBeenUp = false
  wasReady = false
  /** Wall time. All slots from this time until the newest decided slot are decided. */
  lineFrom: number | undefined
  /** Wall time of the newest slot that an earlier schedule or process decided. */
  lastWallSlot: number | undefined
  /** Slots at fixed times that were decided before the wall clock was set. These slots must not run again. */
  decidedRanges: readonly DecidedRange[] | undefined
  /**
   * Reschedules since the last due slot.
   *
   * - `since`: when the first of them came
   * - `from`: when the newest of them came
   * - `waitMs`: the longest time so far from one of them to the slot that was planned at that time
   * - `times`: how many of them came
   */
  postponed: { readonly since: number; from: number; waitMs: number; times: number } | undefined
  lateness: KnownLateness | undefined
  lastUnitAwake: number | undefined
  /** Wall time at which the oldest active run of other processes of the fleet started. */
  runsElsewhereSince: number | undefined
  /** The duration of the longest successful run in another process of the fleet, as far as this process knows. */
  longestElsewhereMs = 0
  /** Only for tasks of a fleet: the newest slot that has succeeded, in any process. Wall time. */
  lastSuccessSlot: number | undefined
  /** For each waiting slot: by how many milliseconds the wall clock was set while the slot waited. */
  waitedOver: Map<number, number> | undefined
  /** `slot`: the pending slot when the wall clock was set back. `dueAwake`: when this slot would have been due. */
  heldBack: { readonly slot: number; readonly dueAwake: number } | undefined
  /** Only for external tasks: how many slots have passed without a run since the last sign of life of the host. */
  missing: { slots: number; readonly sinceAwake: number } | undefined
  /** Only for external tasks: when and why the connection was lost. */
  hostDown: { readonly sinceAwake: number; readonly error: string | undefined } | undefined
  host: HostCalls | undefined
  /** For tasks with a fleet: how long this process waits before it offers a due slot. */
  offersAfterMs = 0
  /** For tasks with a fleet: since when, and why, this process can't use the store of the fleet. */
  fleetDown: { readonly sinceAwake: number; readonly error: string } | undefined
  /**
   * For tasks with a fleet: the newest attempt that was probably lost in another process, and about which the fleet
   * has no data.
   */
  unknownLoss: { readonly attempt: number; readonly slot: number | undefined } | undefined
  /** For tasks of scope `instance`: the processes of the fleet in which the task has scope `service`. */
  sharedIn: readonly string[] | undefined
  /** Only for loops: how many consecutive runs have returned within 50 ms. */
  quickReturns = 0
  /** The failures since the last recovery. `since` is a wall time. */
  failing: { readonly since: number; failures: number } | undefined
  onGone: (() => void)[] | undefined
}

export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
