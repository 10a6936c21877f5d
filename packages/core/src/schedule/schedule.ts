import type { ScheduleInfo } from '../base/schedule-info.ts'

/**
 * What happens to slots that came due while they could not be handled, for instance while the event loop was blocked.
 */
export type Misfire =
  /** One run for all of them, with the newest slot. */
  | 'coalesce'
  /**
   * None of them runs. Exception: the newest runs if it is late by at most 1 s or a tenth of the period, whichever is
   * more, and within `catchUp`.
   */
  | 'skip'
  /** The newest `all` slots run, one after the other. */
  | { readonly all: number }

/**
 * When a task runs. Made by `every`, `cron`, `loop`, `manual`, `schedules.delay` and `schedules.once`. Tasks can share
 * a schedule.
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
  /** The kind of time of the slots and of `anchor`, `from` and `after`. */
  readonly timeline: 'mono' | 'wall'
  /**
   * Whether the same times come again after the wall clock was set back, so that the distance between runs stays the
   * same. Otherwise a time does not run again.
   */
  readonly repeats: boolean
  /** The first slot at or after `from`, for a task armed at `anchor`. */
  first(from: number, anchor: number): number | undefined
  /** The first slot strictly after `after`; `undefined` if there is none. */
  next(after: number, anchor: number): number | undefined
  /** The newest slot at or before `at`, if it can be computed directly. */
  newest?(at: number, anchor: number): number | undefined
}

/**
 * How the kernel plans the runs of a task. For the last three, other code starts the runs: `call` at any time,
 * `awaited` at slots, and `connection` after the previous run has ended. @internal
 */
export type Planning = 'slots' | 'delay' | 'once' | 'loop' | 'manual' | 'call' | 'awaited' | 'connection'

/**
 * When the first run comes. `at-start`: at once when the task starts, and one period after a `reschedule()`. `at-once`:
 * at once in both cases, because the user has set it. `after-period`: one period later in both cases.
 * @internal
 */
export type FirstRun = 'at-start' | 'at-once' | 'after-period'

/**
 * The settings of a schedule besides its slots. @internal
 */
export interface SlotPolicy {
  readonly planning: Planning
  /**
   * For `cron`: what happens when the clocks change. It is stored so that schedules with equal info and policy have the
   * same slots.
   */
  readonly dst: string | undefined
  readonly misfire: Misfire
  /** How late a slot may still run. */
  readonly catchUpMs: number
  /** Whether the user set `catchUp` or misfire `all`. Then slots that a correction of the clock passed over may run. */
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

/** Whether the task has recurring slots that do not depend on its runs. */
export function hasFixedSlots({ info, slots }: Schedule): boolean {
  return info.recurring && slots !== undefined
}
