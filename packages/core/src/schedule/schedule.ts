import type { ScheduleInfo } from '../base/schedule-info.ts'

/** What happens to slots that came due while they could not be handled, for instance while the event loop was blocked. */
export type Misfire =
  /** One run for all of them, with the newest slot. */
  | 'coalesce'
  /** None of them runs, unless the newest is only a second late or a tenth of the period, and within `catchUp`. */
  | 'skip'
  /** The newest `all` of them run, one after the other. */
  | { readonly all: number }

/**
 * When a task runs. Made by `every`, `cron`, `loop`, `manual`, `schedules.delay` and `schedules.once`. Tasks can share a
 * schedule.
 */
export interface Schedule {
  readonly info: ScheduleInfo
  /** @internal */
  readonly slots: SlotSource | undefined
  /** @internal */
  readonly policy: SlotPolicy
}

/**
 * The slots of a schedule on one clock.
 * @internal
 */
export interface SlotSource {
  /** The clock that slots, `anchor`, `from` and `after` are read from. */
  readonly timeline: 'mono' | 'wall'
  /**
   * Whether the same times come again after the wall clock was set back, so that the distance between runs stays the
   * same. Otherwise a time that had its run is over.
   */
  readonly repeats: boolean
  /** The first slot at or after `from`, for a task armed at `anchor`. */
  first(from: number, anchor: number): number | undefined
  /** The first slot strictly after `after`; `undefined` if there is none. */
  next(after: number, anchor: number): number | undefined
  /** The newest slot at or before `at`, if it can be computed without walking. */
  newest?(at: number, anchor: number): number | undefined
}

/**
 * How the kernel plans the runs of a task. Other code starts those of the last three: whenever it likes, at slots, or to
 * replace one that has ended.
 * @internal
 */
export type Planning = 'slots' | 'delay' | 'once' | 'loop' | 'manual' | 'call' | 'awaited' | 'connection'

/**
 * When the first run comes. `at-start`: at once when the task starts, and one period after a `reschedule()`. `at-once`: at
 * once in both cases, since the user asked for it. `after-period`: one period later in both cases.
 * @internal
 */
export type FirstRun = 'at-start' | 'at-once' | 'after-period'

/**
 * What a schedule says besides its slots.
 * @internal
 */
export interface SlotPolicy {
  readonly planning: Planning
  /** For `cron`: what clock changes do. With it, schedules with equal info and policy have the same slots. */
  readonly dst: string | undefined
  readonly misfire: Misfire
  /** How late a slot may still run. */
  readonly catchUpMs: number
  /** Whether the user asked for it. Then it also applies to slots that a correction of the clock jumped over. */
  readonly catchUpGiven: boolean
  /** Each run is delayed by a part of this, fixed for task and slot. */
  readonly jitterMs: number
  /** All runs are delayed by the same part of this, fixed for the task. For `delay` only the first run is. */
  readonly spreadMs: number
  /** For `delay`: the time from the end of a run to the next slot. */
  readonly delayMs: number | undefined
  readonly first: FirstRun
  /** For loops: readiness waits for `ready()` or the first `beat()`. */
  readonly gatesReady: boolean
  /** For `once`: whether the task is unregistered once it has finished. */
  readonly unregistersWhenFinished: boolean
}

/** Whether slots come at times that do not depend on the runs. */
export function hasFixedSlots({ info, slots }: Schedule): boolean {
  return info.recurring && slots !== undefined
}
