import type { ScheduleInfo } from '../base/schedule-info.ts'

/** What happens to slots that could not be handled in time, for instance in a blocked event loop. */
export type Misfire =
  /** One run for all, with the newest slot. */
  | 'coalesce'
  /**
   * None of the slots runs, except for the newest if late by at most 1 s or a tenth of the period, whichever
   * is more.
   */
  | 'skip'
  /** The newest `all` slots run, one after the other. */
  | { readonly all: number }

/**
 * When a task runs. Made by `every`, `cron`, `loop`, `manual`, `schedules.delay` and `schedules.once`. Tasks
 * can share a schedule.
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
  /** The clock of all slots and arguments: monotonic time or wall time. */
  readonly timeline: 'mono' | 'wall'
  /** True if slots run again after the wall clock was set back. */
  readonly repeats: boolean
  /** The first slot at or after `from`, for a task armed at `anchor`. */
  first(from: number, anchor: number): number | undefined
  /** The first slot after `after`; `undefined` if there is none. */
  next(after: number, anchor: number): number | undefined
  /** The newest slot at or before `at`. Absent if a source can't search backwards. */
  newest?(at: number, anchor: number): number | undefined
}

/**
 * With `call`, `awaited` and `connection`, other code starts the runs.
 * @internal
 */
export type Planning = 'slots' | 'delay' | 'once' | 'loop' | 'manual' | 'call' | 'awaited' | 'connection'

/**
 * `at-start`: at the start of the task, but one period after a reschedule. `at-once`: immediately in both
 * cases. `after-period`: one period later in both cases.
 * @internal
 */
export type FirstRun = 'at-start' | 'at-once' | 'after-period'

/**
 * The settings of a schedule besides its slots. @internal
 */
export interface SlotPolicy {
  readonly planning: Planning
  /** The option `dst` of `cron`. */
  readonly dst: string | undefined
  readonly misfire: Misfire
  /** How late a slot may still run. */
  readonly catchUpMs: number
  /** True if the user set `catchUp` or misfire `all`. */
  readonly catchUpGiven: boolean
  /** The longest jitter. */
  readonly jitterMs: number
  /** The longest spread: a delay that all runs of a task share. */
  readonly spreadMs: number
  /** For `delay`: the time from the end of a run to the next slot. */
  readonly delayMs: number | undefined
  readonly first: FirstRun
  /** The option `ready` of a loop. */
  readonly gatesReady: boolean
  readonly unregistersWhenFinished: boolean
}

/** True if slots recur and do not depend on the runs. */
export function hasFixedSlots({ info, slots }: Schedule): boolean {
  return info.recurring && slots !== undefined
}
