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
  /** Whether slots and all arguments of the functions below are monotonic time or wall time. */
  readonly timeline: 'mono' | 'wall'
  /**
   * Whether the same times come again when the wall clock is set back. `true`: they do, so that the task keeps the
   * distance between its runs. `false`: a slot that was decided does not run again.
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
 * When the first run comes. `at-start`: immediately when the task starts, but one period after a `reschedule()`.
 * `at-once`: immediately in both cases, because the user has set it. `after-period`: one period later in both cases.
 * @internal
 */
export type FirstRun = 'at-start' | 'at-once' | 'after-period'

/**
 * The settings of a schedule besides its slots. @internal
 */
export interface SlotPolicy {
  readonly planning: Planning
  /**
   * For `cron`: what happens when the clocks change. Two schedules with equal info and policy must have the same slots,
   * so this setting is part of the policy.
   */
  readonly dst: string | undefined
  readonly misfire: Misfire
  /** How late a slot may still run. */
  readonly catchUpMs: number
  /**
   * Whether the user set `catchUp` or misfire `all`. Then slots may still run if a correction of the wall clock jumped
   * over them.
   */
  readonly catchUpGiven: boolean
  /** Each run is delayed by a part of this time. The part is always the same for the same task and slot. */
  readonly jitterMs: number
  /** All runs of a task are delayed by the same part of this time. For `delay`, only the first run is delayed. */
  readonly spreadMs: number
  /** For `delay`: the time from the end of a run to the next slot. */
  readonly delayMs: number | undefined
  readonly first: FirstRun
  /** For loops: the value of the option `ready`. */
  readonly gatesReady: boolean
  /** For `once`: whether the task is unregistered once it has finished. */
  readonly unregistersWhenFinished: boolean
}

/** Whether the task has recurring slots that do not depend on its runs. */
export function hasFixedSlots({ info, slots }: Schedule): boolean {
  return info.recurring && slots !== undefined
}
