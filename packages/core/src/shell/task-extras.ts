import type { Now } from '../base/now.ts'
import type { LateCause } from '../base/words.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { SharedTask } from '../task/resolved.ts'
import type { HostCalls } from './host-calls.ts'

/** Fields that few tasks ever set. Times are awake times unless the field says otherwise. */
export class TaskExtras {
  /** For a fixed delay: the first slot has not been planned yet. */
  isFirstSlot = true
  /** The slots of the task count from a `reschedule()` and not from its start. */
  isRescheduled = false
  /** The task was rescheduled during a run. It needs no spread, because the times of runs differ from task to task. */
  isSpread = false
  /** New schedules that the kernel has not taken up yet. Events until then refer to the old schedule. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** The error of the run that ended in this batch. */
  lastError: Error | undefined
  /** Wall time. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  pausedBy: string | undefined
  /** The stop has closed the open episodes of the rules. Their findings can still be read. */
  areEpisodesClosed = false
  /** When a pause or a standby suspended the rules. Until it ends, no age grows and no window moves. */
  suspendedSince: Now | undefined
  /** For how long the task was active before its last pause or standby, without earlier pauses and standbys. */
  activeBeforeMs = 0
  stuckSinceAwake: number | undefined
  downSinceAwake: number | undefined
  lastRestartAwake: number | undefined
  /** For a loop that was parked or given up: the restarts in its budget window at that moment, and the budget. */
  gaveUpAfter: { readonly inWindow: number; readonly limit: number } | undefined
  /** Why the newest run was late. */
  lastLateCause: LateCause | undefined
  /** The rule that last requested a restart. */
  askedBy = ''
  /** For loops: a generation has been up. */
  hasBeenUp = false
  /** A run has called `ready()` or `beat()`. */
  wasReady = false
  /**
   * All slots from this wall time to the newest decided slot were decided; `undefined`: all since the start of the
   * task.
   */
  lineFrom: number | undefined
  /**
   * The wall time of the newest slot that an earlier schedule or process decided. A later schedule in wall time
   * continues after this slot.
   */
  lastWallSlot: number | undefined
  /** For a schedule with fixed times: slots that were decided before the wall clock was set. They do not run again. */
  decidedRanges: readonly DecidedRange[] | undefined
  /**
   * The task was rescheduled before a slot came due, perhaps several times. `since` is the awake time of the first such
   * reschedule, `from` that of the newest. `waitMs` is the longest wait of a replaced schedule for its first slot.
   */
  postponed: { readonly since: number; from: number; waitMs: number; times: number } | undefined
  /** For each slot that is due and waits for its run: by how much the wall clock was set meanwhile. */
  waitedOver: Map<number, number> | undefined
  /**
   * The slot that was pending when the wall clock was set back, and when it would have been due. Until a slot is
   * decided, health counts the slots that should have come since.
   */
  heldBack: { readonly slot: number; readonly dueAwake: number } | undefined
  /** For external tasks: slots without a run since the host's last sign of life, and the awake time of the oldest. */
  missing: { slots: number; readonly sinceAwake: number } | undefined
  /** For external tasks: when the connection went down (awake time), and why. */
  hostDown: { readonly sinceAwake: number; readonly error: string | undefined } | undefined
  /** For external tasks: the calls to the host. */
  host: HostCalls | undefined
  /** For tasks with a fleet: see `offersAfterMs` of {@link FleetRecord}. */
  offersAfterMs = 0
  /** For tasks with a fleet: when its store became unreachable (awake time), and why. */
  fleetDown: { readonly sinceAwake: number; readonly error: string } | undefined
  /** For loops: how many of the newest consecutive generations returned immediately. */
  quickReturns = 0
  /**
   * When the first failure since the last recovery ended (wall time), and how many there were. Kept only if the task
   * has callbacks.
   */
  failing: { readonly since: number; failures: number } | undefined
  /** Called once the task is unregistered. */
  onGone: (() => void)[] | undefined
}

/** The extras of every task that has never set one. */
export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
