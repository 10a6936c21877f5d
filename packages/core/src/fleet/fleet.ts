import type { Clock } from '../base/clock.ts'
import type { Outcome, RefusalReason, SkipReason } from '../base/words.ts'

/**
 * A store that several processes share. It decides which process runs each slot of a task of scope `service`.
 * One fleet object serves one supervisor.
 */
export interface Fleet {
  /** The name of the fleet in log lines, such as `'the shop queue'`. At most 100 characters. */
  readonly name: string
  /**
   * The version of the deployed code, compared like `'2.10' > '2.9'`. If processes define a task differently,
   * the newest version applies. Without versions, the process that was started last decides.
   */
  readonly version?: string | undefined
  /** Whether the process is not ready while the fleet is down. @defaultValue `false` */
  readonly gatesReadiness?: boolean | undefined
  /**
   * Called once, by `start()`. Must return immediately: connect in the background, and report failures to
   * `host.down()`.
   */
  join(host: FleetHost): FleetMember
}

/**
 * One process as a member of a fleet. A rejected `offer()` or `account()` is repeated, and must then get the
 * same answer. Calls about one task must be handled in order: if one rejects, all later ones must reject,
 * too.
 */
export interface FleetMember {
  /** Declares that this process can run the task. Called again after each change of its definition. */
  define(task: FleetTask): void
  /**
   * Declares that this process no longer knows the task. If no process knows it, the fleet drops its waiting
   * slots and requests.
   */
  withdraw(task: string): void
  /** Offers a due slot. Several processes may offer the same slot; the fleet decides the slot once. */
  offer(offer: FleetOffer): Promise<FleetVerdict>
  /**
   * Declares that slots will not run. Resolves with the slots that no process has offered or accounted for
   * before: this process reports them.
   */
  account(account: FleetAccount): Promise<readonly number[]>
  /**
   * Requests a run in any process. Resolves with the result of the run, or with the reason why there was
   * none.
   */
  request(request: FleetRequest): Promise<FleetResult>
  /** Pauses or resumes the task in all processes, or gives it another schedule. */
  control(control: FleetControl): Promise<unknown>
  /**
   * Called when the supervisor stops. Waiting slots and requests must become free for other processes. Must
   * resolve by the deadline.
   */
  close(deadline: Date): Promise<unknown>
}

/** The supervisor of one process, as the fleet sees it. No call throws. */
export interface FleetHost {
  /** Identifies the process, and is part of its run ids. */
  readonly instanceId: string
  /** The name of the supervisor. */
  readonly supervisor: string
  /** The fleet must read all times from this clock, because it is virtual in tests. */
  readonly clock: Clock
  /** Starts a run of a slot or a request in this process. */
  run(run: FleetRun): FleetRunning
  /**
   * Passes what the fleet knows of tasks. Call it soon after the first `define()` of each task, after each
   * change, and before `up()`. A task runs no slots before the first call. Tasks that are not in the map are
   * unchanged.
   */
  know(tasks: ReadonlyMap<string, FleetRecord>): void
  /**
   * Declares that accepted slots will not run after all. Call it in one process only, which then reports the
   * slots. `missed`: no process started the slot in time.
   */
  drop(task: string, slots: readonly number[], reason: SkipReason | 'missed'): void
  /** Declares that the store can't be reached, and why. Active runs continue. */
  down(error: unknown): void
  /** Declares that the store can be reached again. All unanswered calls are repeated, except `request()`. */
  up(): void
  /** Writes one line to the default console. */
  warn(text: string, error?: unknown): void
}

/** How a process defines a task. Plain data. */
export interface FleetTask {
  readonly task: string
  readonly version: string | undefined
  /** When the supervisor was started: wall time. */
  readonly startedAt: number
  /** The schedule in words. */
  readonly schedule: string
  /** The same text in all processes with the same definition of the task. */
  readonly fingerprint: string
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'parallel'
  /** The maximum number of active runs in the fleet. */
  readonly limit: number
  /** How long after its slot a run may still begin. */
  readonly catchUpMs: number
}

/** The trace context of the caller, from the requesting process to the running process. */
export type FleetCarrier = Readonly<Record<string, string>>

export interface FleetOffer {
  readonly task: string
  /** The wall time of the slot, which identifies it. */
  readonly slot: number
  /**
   * The schedule of the slot, in words. The fleet returns it as `lastSchedule` of the {@link FleetRecord}.
   */
  readonly schedule: string
  /** Wall time after which the first attempt must not start any more. Further attempts may start later. */
  readonly until: number
  /**
   * Whether it is one of several late slots that all run. Its run waits for active runs, regardless of
   * `overlap`.
   */
  readonly waits: boolean
  readonly carrier: FleetCarrier | undefined
}

/**
 * - `accepted`: a process of the fleet runs the slot.
 * - `known`: the slot, or a newer one, was decided before.
 * - `skipped`: no process runs the slot. If `first` is true, this process must report that.
 */
export type FleetVerdict =
  | { readonly verdict: 'accepted' | 'known' }
  | { readonly verdict: 'skipped'; readonly reason: SkipReason; readonly first: boolean }

export interface FleetAccount {
  readonly task: string
  readonly reason: SkipReason | 'missed'
  /** The schedule of the slots, in words. */
  readonly schedule: string
  /**
   * Wall times of the newest slots, at most 100, ascending. The process that reports the first one also
   * reports all older slots.
   */
  readonly slots: readonly number[]
  /** Wall times of the oldest and the newest of all `count` slots. */
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface FleetRequest {
  readonly task: string
  /** Unique in the fleet. */
  readonly id: string
  readonly input: unknown
  readonly carrier: FleetCarrier | undefined
  readonly by: string | undefined
}

interface ControlBase {
  readonly task: string
  readonly by: string | undefined
  readonly reason: string | undefined
}

export type FleetControl =
  | (ControlBase & { readonly action: 'resume' })
  | (ControlBase & {
      readonly action: 'pause'
      /** Wall time at which the pause ends by itself. */
      readonly until: number | undefined
    })
  | (ControlBase & {
      readonly action: 'reschedule'
      /** Copy it to `rescheduled` of the {@link FleetRecord} unchanged. */
      readonly schedule: FleetSchedule
    })

/** A schedule as plain data. */
export type FleetSchedule = Readonly<Record<string, unknown>>

/** One attempt to run a slot or a request. All instants are wall time. */
export interface FleetAttempt {
  readonly instanceId: string
  readonly runId: string
  readonly attempt: number
  readonly startedAt: number
  /**
   * Wall time at which the attempt ended because its process was stopping; absent if the process was lost.
   */
  readonly endedAt?: number | undefined
  /** Texts that the run or an observer has added, such as the trace id. */
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** A run that the fleet wants a process to start. */
export interface FleetRun {
  readonly task: string
  /** Wall time; `undefined` for a request. */
  readonly slot: number | undefined
  /** 1, plus 1 for each earlier attempt. */
  readonly attempt: number
  /**
   * Higher for a later slot, and for each further attempt. Lets a resource reject a process that has lost its
   * lease.
   */
  readonly token: number
  readonly input: unknown
  readonly carrier: FleetCarrier | undefined
  /** The `instanceId` of the process that offered the slot or requested the run. */
  readonly requestedBy: string
  /** The earlier attempts that the fleet knows, oldest first. Invalid values are ignored. */
  readonly earlier?: readonly FleetAttempt[] | undefined
}

/** An active run. */
export interface FleetRunning {
  /** Resolves when the run has its outcome or was refused. Never rejects. */
  readonly result: Promise<FleetResult>
  /**
   * What another process must know if this process dies; `undefined` before the run has started. Pass it in
   * `earlier` to the process that takes over.
   */
  attempt(): FleetAttempt | undefined
  /** Declares that the lease is lost. The fleet must ignore the result of this run. */
  lose(): void
  /** Aborts the run because a newer run replaces it (overlap `cancel-previous`). */
  replace(): void
}

/**
 * The result of a run, or the reason why it did not start. If a process refuses a run, the fleet must ask
 * other processes: for a slot until `until` of its offer.
 */
export type FleetResult =
  | {
      readonly started: true
      readonly runId: string
      readonly instanceId: string
      readonly outcome: Outcome
      readonly startedAt: number
      readonly endedAt: number
      /**
       * Whether the run was aborted by the stop of its process. Another process may then run the slot again
       * immediately.
       */
      readonly isStopping?: boolean | undefined
      readonly error?: { readonly name: string; readonly message: string } | undefined
      /** What the function returned, if it is plain data. */
      readonly value?: unknown
    }
  | { readonly started: false; readonly reason: RefusalReason }

/** What the fleet knows of one task. */
export interface FleetRecord {
  /**
   * Wall time and schedule of the newest decided slot. If the task has another schedule now, slots from
   * before the start of the supervisor do not run.
   */
  readonly lastSlot?: number | undefined
  readonly lastSchedule?: string | undefined
  readonly lastSuccessAt?: number | undefined
  /** The run that ended last, in any process. */
  readonly lastRun?:
    | {
        readonly instanceId: string
        readonly runId: string
        readonly outcome: Outcome
        readonly startedAt: number
        readonly endedAt: number
        readonly slot: number | undefined
        readonly attempt: number
      }
    | undefined
  /** The active runs in all processes, as far as the fleet knows them. */
  readonly running?: readonly (FleetAttempt & { readonly slot: number | undefined })[] | undefined
  readonly paused?:
    | {
        readonly at: number
        readonly by: string | undefined
        readonly reason: string | undefined
        /** Wall time at which the pause ends by itself. */
        readonly until?: number | undefined
      }
    | undefined
  /** The newest `reschedule`. Ignored when the code gives the task another schedule. */
  readonly rescheduled?:
    | { readonly at: number; readonly by: string | undefined; readonly schedule: FleetSchedule }
    | undefined
  /** Wall time at which the last process that died or left was last known to be alive. */
  readonly goneAt?: number | undefined
  /**
   * How long this process waits before it offers a due slot, because another process offers it immediately.
   * In milliseconds, at most 60,000. @defaultValue 0
   */
  readonly offersAfterMs?: number | undefined
  /** The definitions of the processes that are alive, in a new array after each change. */
  readonly members?: readonly (FleetTask & { readonly instanceId: string })[] | undefined
}
