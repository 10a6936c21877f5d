import type { Now } from '../base/now.ts'
import type { LateCause } from '../base/words.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { SharedTask } from '../task/resolved.ts'
import type { HostCalls } from './host-calls.ts'

/** Fields that few tasks ever set. Times are awake times unless the field says otherwise. */
export class TaskExtras {
  /** For a fixed delay: the next slot does not count from the end of a run. */
  isFirstSlot = true
  /** Slots count from a `reschedule()`, not from the start of the task. */
  isRescheduled = false
  /** Rescheduled during a run: the task gets no spread. */
  isSpread = false
  /** New schedules that the kernel has not applied yet, the oldest first. */
  reschedules: Omit<SharedTask, 'config'>[] | undefined
  /** The error of the run that ended in this step. */
  lastError: Error | undefined
  /** Wall time. */
  pausedAt: number | undefined
  pauseReason: string | undefined
  pausedBy: string | undefined
  /** The stop has closed the episodes of the rules. */
  areEpisodesClosed = false
  suspendedSince: Now | undefined
  /** How long the task was active before its newest pause or standby. */
  activeBeforeMs = 0
  /** How much of the time since the last success was a pause or a standby. */
  heldSinceSuccessMs = 0
  stuckSinceAwake: number | undefined
  downSinceAwake: number | undefined
  lastRestartAwake: number | undefined
  /** For a parked or failed loop: its restarts in the budget window at that moment, and the budget. */
  gaveUpAfter: { readonly inWindow: number; readonly limit: number } | undefined
  lastLateCause: LateCause | undefined
  /** The rule that last requested a restart. */
  askedBy = ''
  /** For loops: a generation has been up. */
  hasBeenUp = false
  wasReady = false
  /** Wall time since which every slot up to the newest decided one is decided. */
  lineFrom: number | undefined
  /** Wall time of the newest slot that an earlier schedule or process decided. */
  lastWallSlot: number | undefined
  /** Slots at fixed times that were decided before the wall clock was set. They must not run again. */
  decidedRanges: readonly DecidedRange[] | undefined
  /** Reschedules since the last due slot: the first (`since`), the newest (`from`), the longest wait. */
  postponed: { readonly since: number; from: number; waitMs: number; times: number } | undefined
  /** For each waiting slot: how many milliseconds the wall clock was set while the slot waited. */
  waitedOver: Map<number, number> | undefined
  /** The pending slot when the wall clock was set back, and when it would have been due. */
  heldBack: { readonly slot: number; readonly dueAwake: number } | undefined
  /** For external tasks: slots without a run since the host's last sign of life. */
  missing: { slots: number; readonly sinceAwake: number } | undefined
  /** For external tasks: when and why the connection went down. */
  hostDown: { readonly sinceAwake: number; readonly error: string | undefined } | undefined
  host: HostCalls | undefined
  /** For tasks with a fleet: how long this process waits before it offers a due slot. */
  offersAfterMs = 0
  /** For tasks with a fleet: when and why its store became unreachable. */
  fleetDown: { readonly sinceAwake: number; readonly error: string } | undefined
  /** For tasks with a fleet: the newest lost attempt that the fleet knows nothing about. */
  unknownLoss: { readonly attempt: number; readonly slot: number | undefined } | undefined
  /** For loops: how many generations in a row have returned almost immediately. */
  quickReturns = 0
  /** The failures since the last recovery. `since` is wall time. */
  failing: { readonly since: number; failures: number } | undefined
  /** Functions to call once the task is unregistered. */
  onGone: (() => void)[] | undefined
}

export const noExtras: Readonly<TaskExtras> = Object.freeze(new TaskExtras())
