import type { AbortCause } from '../base/errors.ts'
import type { LateCause, Outcome, SkipReason, UnitOutcome } from '../base/words.ts'
import type { RunEventBase, TaskEventBase } from './base-event.ts'

/** Events about runs, units, and slots without a run. */
export interface RunEventFields {
  'run.started': RunEventBase & {
    /**
     * How late the run started after its slot. A planned delay, such as `jitter`, does not count. `undefined` if the
     * run has no slot.
     */
    readonly latenessMs: number | undefined
    /** Why the run was late. `undefined` if it was late by less than 50 ms, or if the cause is unknown. */
    readonly lateCause: LateCause | undefined
    /** The number of this run among all runs of the task in this process, from 1. */
    readonly generation: number
  }
  /**
   * A run of a loop called `ready()`, called `beat()` for the first time, or ended its first unit. For an external
   * loop, `up()` was called. Emitted at most once per run.
   */
  'run.ready': RunEventBase & {
    readonly how: 'ready' | 'beat'
    readonly afterMs: number
  }
  /** An attempt failed or timed out, and another attempt of the same run is planned. */
  'run.retried': RunEventBase & {
    readonly delayMs: number
    readonly error: Error | undefined
  }
  'run.ended': RunEventBase & {
    readonly outcome: Outcome
    /** Wall time. */
    readonly startedAt: number
    readonly durationMs: number
    /**
     * How long the function blocked the event loop before its first `await`. With retries: the longest of all
     * attempts.
     */
    readonly syncMs: number
    readonly latenessMs: number | undefined
    readonly generation: number
    /**
     * The error that the function threw, or the error of a timeout. If the function threw something that is not an
     * `Error`, this value is converted to an `Error`.
     */
    readonly error: Error | undefined
    /** Why the supervisor aborted the run. `undefined` if the run was not aborted. */
    readonly abortedFor: AbortCause | undefined
    /** The health rule that aborted the run, to restart the task. `undefined` if no rule did. */
    readonly rule?: string | undefined
    readonly lastBeatAt: number | undefined
    /**
     * The call that waited for the end of this run when the run was abandoned. Perhaps the run itself made this call
     * and waited for its result. Then the run could not end.
     */
    readonly waitingCall?: `task.${'unregister' | 'restart' | 'trigger'}()` | 'supervisor.stop()' | undefined
  }
  /**
   * Another process of the fleet lost a run, and this process starts a new run instead. The fields describe the lost
   * run.
   */
  'run.lost': RunEventBase & {
    /**
     * The id of the process that lost the run. If that process is still alive, it also reports the end of the run.
     */
    readonly instanceId: string
    /** Wall time by the clock of the process that lost the run. */
    readonly startedAt: number
    /** The id of the run that this process starts instead. */
    readonly nextRunId: string
  }
  /**
   * Another process of the fleet stopped and handed over a run, and this process starts a new run instead. The fields
   * describe the run of the other process.
   */
  'run.handed-over': RunEventBase & {
    /** The id of the process that stopped. */
    readonly instanceId: string
    /** Wall times by the clock of the process that stopped. */
    readonly startedAt: number
    readonly endedAt: number
    /** The id of the run that this process starts instead. */
    readonly nextRunId: string
  }
  /** The function of an abandoned run has ended. The outcome of the run stays `abandoned`. */
  'run.settled-late': RunEventBase & {
    readonly ageMs: number
    readonly error: Error | undefined
  }
  /** One or more slots, or a trigger, started no run. The field `reason` says why. */
  'run.skipped': TaskEventBase & {
    readonly reason: SkipReason
    readonly count: number
    /** True if the real number may be higher than `count`. */
    readonly atLeast: boolean
    /** Wall time of the newest skipped slot. `undefined` if no slot was skipped, for example for a trigger. */
    readonly scheduledAt: number | undefined
    /** The reason that the host of an external task gave for the skip. */
    readonly detail?: string | undefined
  }
  /** For one or more slots, no run started in time. */
  'run.missed': TaskEventBase & {
    readonly count: number
    /** True if the real number may be higher than `count`. */
    readonly atLeast: boolean
    /**
     * Wall times of the oldest and the newest missed slot. For an external task without slots: when the host reported
     * the missed runs.
     */
    readonly from: number
    readonly to: number
    /**
     * Why no run started in time.
     *
     * - `blocked`: the event loop was blocked, or the machine slept.
     * - `clock-jumped`: the wall clock jumped forward over the slot, because the machine slept or the clock was set.
     * - `already-due`: the slot was in the past when this process planned it, for example after `lastSlot()`.
     * - `host`: the host of the external task did not run it.
     * - `fleet`: no process of the fleet ran it.
     */
    readonly cause: 'blocked' | 'clock-jumped' | 'already-due' | 'host' | 'fleet'
  }
  /** A unit of work inside a run has ended. */
  'unit.ended': RunEventBase & {
    readonly unit: string
    readonly outcome: UnitOutcome
    readonly durationMs: number
    readonly error: Error | undefined
  }
}
