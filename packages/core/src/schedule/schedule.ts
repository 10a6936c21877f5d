import type { ScheduleInfo } from '../base/task-info.ts'

/** Slots that came due while nobody could decide them in time. */
export type Misfire =
  /** One run for all of them; it bears the newest slot. */
  | 'coalesce'
  /** None of them runs. */
  | 'skip'
  /** The newest so many of them run, one after the other. */
  | { readonly all: number }

/**
 * Says when a task is due. Made by `every`, `delay`, `cron`, `loop`, `once` and `manual`; a plain value that can be
 * shared by tasks.
 */
export interface Schedule {
  readonly info: ScheduleInfo
  /** @internal */
  readonly slots: SlotSource | undefined
  /** @internal */
  readonly policy: SlotPolicy
}

/**
 * The slots of a schedule on one time line.
 * @internal
 */
export interface SlotSource {
  /** Which clock the slots are instants of. `anchor`, `from` and `after` are too. */
  readonly timeline: 'mono' | 'wall'
  /** The first slot at or after `from`, for a task armed at `anchor`. */
  first(from: number, anchor: number): number | undefined
  /** The first slot strictly after `after`. `undefined`: there is none any more. */
  next(after: number, anchor: number): number | undefined
  /** The newest slot at or before `at`, where it can be had without walking. */
  newest?(at: number, anchor: number): number | undefined
}

/**
 * What goes with the slots.
 * @internal
 */
export interface SlotPolicy {
  readonly misfire: Misfire
  /** How late a slot may still run. */
  readonly catchUpMs: number
  /** Each run is moved by a share of this, fixed for task and slot. */
  readonly jitterMs: number
  /** Each run is moved by the same share of this, fixed for the task; for `delay` the first, and what counts from it. */
  readonly spreadMs: number
  /** For `delay`: the next slot is so long after the end of the run. The first is at once, or after it too. */
  readonly delayMs: number | undefined
  readonly first: 'at-once' | 'after-period'
  /** For loops: readiness waits for `ready()` or a first beat. */
  readonly gatesReady: boolean
  /** For `once`: stays registered after its success. */
  readonly keep: boolean
}
