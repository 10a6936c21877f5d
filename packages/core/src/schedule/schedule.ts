import type { ScheduleInfo } from '../base/schedule-info.ts'

/** What happens to slots that could not be handled in time, for example because the event loop was blocked. */
export type Misfire =
  /** A single run for all slots that are due, with the time of the newest slot. */
  | 'coalesce'
  /**
   * The newest slot runs only if it is late by at most 1 s or a tenth of the period, whichever is longer. The
   * option `catchUp` or its default can shorten this limit. The older slots do not run.
   */
  | 'skip'
  /**
   * The newest slots run, one after the other or, with `overlap: { parallel }`, at the same time. `all` is the
   * highest number of these runs, 1 to 1000.
   */
  | { readonly all: number }

/**
 * When a task runs. Create a schedule with `every`, `cron`, `loop`, `manual`, `schedules.delay` or `schedules.once`.
 * Several tasks can share a schedule.
 */
export interface Schedule {
  readonly info: ScheduleInfo
  /** @internal */
  readonly slots: SlotSource | undefined
  /** @internal */
  readonly policy: SlotPolicy
}

/**
 * The slots of a schedule.
 * @internal
 */
export interface SlotSource {
  /** The clock for all slots and arguments: monotonic time or wall time. */
  readonly timeline: 'mono' | 'wall'
  /** True if a slot runs a second time after the wall clock was set back. */
  readonly repeats: boolean
  /**
   * Returns the first slot at or after `from`. Slots without a fixed time count from `anchor`: usually the start of
   * the task or its last reschedule.
   */
  first(from: number, anchor: number): number | undefined
  /** Returns the first slot after `after`, or `undefined` if there is none. */
  next(after: number, anchor: number): number | undefined
  /** Returns the newest slot at or before `at`. Absent if the schedule can't search backwards. */
  newest?(at: number, anchor: number): number | undefined
}

/**
 * How the runs of a task are planned. For `call`, `awaited` and `connection`, the supervisor starts no runs: other
 * code starts them.
 * @internal
 */
export type Planning = 'slots' | 'delay' | 'once' | 'loop' | 'manual' | 'call' | 'awaited' | 'connection'

/**
 * Where the first slot is. The spread and the jitter can delay its run.
 *
 * - `at-start`: at the start of the task, but one period after a reschedule.
 * - `at-once`: at the start of the task or at the reschedule.
 * - `after-period`: one period after the start of the task or after the reschedule.
 *
 * @internal
 */
export type FirstRun = 'at-start' | 'at-once' | 'after-period'

/**
 * The settings of a schedule, without its slots.
 * @internal
 */
export interface SlotPolicy {
  readonly planning: Planning
  readonly dst: string | undefined
  readonly misfire: Misfire
  /** How late a slot may be. A slot that is later than this is missed. */
  readonly catchUpMs: number
  /** True if the user set `catchUp` or misfire `{ all: n }`. Also true for `once`. */
  readonly catchUpGiven: boolean
  readonly jitterMs: number
  /** The longest spread. The spread is a delay that all runs of a task have, or with `delay` only the first run. */
  readonly spreadMs: number
  /** For `delay`: the time from the end of a run to the next slot. */
  readonly delayMs: number | undefined
  readonly first: FirstRun
  readonly unregistersWhenFinished: boolean
}

/** True if the schedule has more than one slot, and the slots do not depend on runs. */
export function hasFixedSlots({ info, slots }: Schedule): boolean {
  return info.recurring && slots !== undefined
}
