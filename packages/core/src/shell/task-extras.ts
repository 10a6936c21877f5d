import type { Now } from '../base/now.ts'
import type { LateCause } from '../base/words.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { SharedTask } from '../task/resolved.ts'
import type { HostCalls } from './host-calls.ts'

/** Fields that few tasks ever set. Times are awake times unless the field says otherwise. */
export class TaskExtras {
  /** For a fixed delay: the next slot does not count from the end of a run. */
  isFirstSlot = true
  /** The slots of the task count from a `reschedule()` and not from the start of the task. */
  isRescheduled = false
  /**
   * The task was rescheduled while a run was active. Then it gets no spread, because active runs of different tasks end
   * at different times anyway.
   */
  isSpread = false
  /** New schedules that the kernel has not applied yet, the oldest first. Until then, events show the old schedule. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** The error of the run that ended in this step. */
  lastError: Error | undefined
  /** Wall time at which the pause began. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  pausedBy: string | undefined
  /** The stop has closed the open episodes of the rules, so they must not be closed again. */
  areEpisodesClosed = false
  /** When the current pause or standby began. Until it ends, the rules of the task are suspended. */
  suspendedSince: Now | undefined
  /** For how long the task was active before its newest pause or standby, without all earlier pauses and standbys. */
  activeBeforeMs = 0
  /** How much of the time since the last success was a pause or a standby. */
  heldSinceSuccessMs = 0
  stuckSinceAwake: number | undefined
  downSinceAwake: number | undefined
  lastRestartAwake: number | undefined
  /** For a loop that was parked or given up: the restarts in its budget window at that moment, and the budget. */
  gaveUpAfter: { readonly inWindow: number; readonly limit: number } | undefined
  lastLateCause: LateCause | undefined
  /** The rule that last requested a restart. */
  askedBy = ''
  /** For loops: a generation has been up. */
  hasBeenUp = false
  /** A run has called `ready()` or `beat()`. */
  wasReady = false
  /**
   * From this wall time up to the newest decided slot, every slot has been decided. If `undefined`, this is true from
   * `start.wall` of the task on.
   */
  lineFrom: number | undefined
  /**
   * The wall time of the newest slot that an earlier schedule or process decided. If the task gets a schedule that
   * counts in wall time, such as `cron`, that schedule continues after this slot.
   */
  lastWallSlot: number | undefined
  /**
   * For a schedule with fixed times: slots that were decided before the wall clock was set. They must not run again.
   */
  decidedRanges: readonly DecidedRange[] | undefined
  /**
   * Set if the task was rescheduled before a slot came due. `since` and `from` are the awake times of the first and the
   * newest such reschedule, and `times` is how many there were. `waitMs` is the longest time that a replaced schedule
   * needed from its own start to its first slot.
   */
  postponed: { readonly since: number; from: number; waitMs: number; times: number } | undefined
  /**
   * For each slot that is due and waits for its run: by how many milliseconds the wall clock was set meanwhile. The
   * reported lateness of the run does not include this.
   */
  waitedOver: Map<number, number> | undefined
  /**
   * Set if the wall clock was set back: the slot that was pending, and the awake time at which it would have been due.
   * Until a slot is decided, health counts the slots that would have come due since.
   */
  heldBack: { readonly slot: number; readonly dueAwake: number } | undefined
  /** For external tasks: slots without a run since the host's last sign of life, and the awake time of the oldest. */
  missing: { slots: number; readonly sinceAwake: number } | undefined
  /** For external tasks: when the connection went down (awake time), and why. */
  hostDown: { readonly sinceAwake: number; readonly error: string | undefined } | undefined
  host: HostCalls | undefined
  /** For tasks with a fleet: how long this process waits before it offers a due slot. */
  offersAfterMs = 0
  /** For tasks with a fleet: when its store became unreachable (awake time), and why. */
  fleetDown: { readonly sinceAwake: number; readonly error: string } | undefined
  /** For tasks with a fleet: the newest attempt that another process has lost and of which the fleet knows nothing. */
  unknownLoss: { readonly attempt: number; readonly slot: number | undefined } | undefined
  /** For loops: how many generations in a row, up to the newest, have returned almost immediately. */
  quickReturns = 0
  /**
   * The failures since the last recovery: when the first of them ended (wall time), and how many there were. Kept only
   * if the task has callbacks.
   */
  failing: { readonly since: number; failures: number } | undefined
  /** Functions to call once the task is unregistered. */
  onGone: (() => void)[] | undefined
}

/** The extras of every task that has never set one. */
export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
