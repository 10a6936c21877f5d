import type { Clock } from '../base/clock.ts'
import type { Outcome, RefusalReason, SkipReason } from '../base/words.ts'

/**
 * Decides in which process each run of a task of scope `service` takes place. Every process computes the slots of its
 * tasks itself, and offers due slots to the fleet. The fleet accepts a slot once, and calls one process to run it.
 * Pass it as `new Supervisor({ fleet })`. One fleet serves one supervisor.
 */
export interface Fleet {
  /** The name of the fleet in texts, such as `'the shop queue'`. At most 100 characters. */
  readonly name: string
  /**
   * The version of the deployed code. If processes define a task differently, the newest version decides, else the
   * process that was started last. Compared like `'2.10' > '2.9'`.
   */
  readonly version?: string | undefined
  /** Whether the process is not ready while the fleet is down. @defaultValue `false` */
  readonly gatesReadiness?: boolean | undefined
  /**
   * Called once, by `start()`. Must return at once: connect in the background, and report a failure with `host.down()`.
   */
  join(host: FleetHost): FleetMember
}

/**
 * One process as a member of a fleet. The supervisor calls it. Promises may take as long as the store needs. If
 * `offer()` or `account()` rejects, the answer is not known, so the supervisor calls again: the same question of the
 * same process must have the same answer. These calls for one task must keep their order. If one rejects, the calls
 * behind it must reject, too. Otherwise the fleet would decide a later slot, and the earlier would count as decided.
 */
export interface FleetMember {
  /**
   * Declares that this process can run the task, and passes its definition. Called again when the definition has
   * changed.
   */
  define(task: FleetTask): void
  /**
   * Declares that this process no longer knows the task. If no process knows it, the fleet drops the slots and requests
   * that still wait for a run.
   */
  withdraw(task: string): void
  /**
   * Offers a due slot. Several processes may offer the same slot, but the fleet decides it only once. Later offers get
   * the same verdict, or `known`.
   */
  offer(offer: FleetOffer): Promise<FleetVerdict>
  /**
   * Declares that slots will not run, so that all of them are decided. Resolves with those of `slots` that this process
   * must report: a slot that no process has offered is reported by the first process that passes it here.
   */
  account(account: FleetAccount): Promise<readonly number[]>
  /** Requests a run in any process. Resolves with the result of the run, or with the reason why there was none. */
  request(request: FleetRequest): Promise<FleetResult>
  /** Pauses or resumes the task in all processes, or gives it another schedule. */
  control(control: FleetControl): Promise<unknown>
  /**
   * Called when the supervisor stops, after all runs have ended or were abandoned. Slots and requests that wait in this
   * process must become free for other processes. Must resolve by the deadline.
   */
  close(deadline: Date): Promise<unknown>
}

/** The supervisor of one process, as the fleet sees it. No call throws. */
export interface FleetHost {
  /** Identifies the process, and is part of its run ids. */
  readonly instanceId: string
  /** The name of the supervisor. */
  readonly supervisor: string
  /** Read all times from this clock: in tests it is virtual. */
  readonly clock: Clock
  /** Starts a run of a slot or a request in this process. */
  run(run: FleetRun): FleetRunning
  /**
   * Passes what the fleet knows of tasks. Call it soon after the first `define()` of each task, even if the fleet knows
   * nothing yet, and after each change. The slots of a task wait for the first call. Tasks that are not in the map are
   * unchanged. After an outage, call it before `up()`.
   */
  know(tasks: ReadonlyMap<string, FleetRecord>): void
  /**
   * Declares that accepted slots will not run after all, for instance because a newer slot has replaced them. Call it
   * in one process only: that process reports them. `missed`: no process started the slot in time.
   */
  drop(task: string, slots: readonly number[], reason: SkipReason | 'missed'): void
  /** Declares that the store can't be reached, with the error. Active runs continue. */
  down(error: unknown): void
  /** Declares that the store can be reached again. The supervisor repeats all unanswered calls except `request()`. */
  up(): void
  /** Writes one line to the default console, for instance about settings of the store. */
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
  /** The same text in all processes that define the task equally. */
  readonly fingerprint: string
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'parallel'
  /** The maximum number of active runs in the fleet. */
  readonly limit: number
  /** How long after its slot a run may still begin. */
  readonly catchUpMs: number
}

/**
 * The trace context of the caller. An observer in the process that requests a run creates these texts, and an observer
 * in the process that runs it reads them.
 */
export type FleetCarrier = Readonly<Record<string, string>>

export interface FleetOffer {
  readonly task: string
  /** The wall time of the slot, which identifies it. */
  readonly slot: number
  /** The schedule that has the slot, in words. It goes to `lastSchedule` of the {@link FleetRecord}. */
  readonly schedule: string
  /** Wall time after which the first attempt of the slot must not start any more. Further attempts may start later. */
  readonly until: number
  /**
   * Whether it is one of several late slots that all run. It waits for active runs to end, whatever `overlap` is.
   */
  readonly waits: boolean
  readonly carrier: FleetCarrier | undefined
}

/**
 * - `accepted`: the fleet runs the slot, here or elsewhere.
 * - `known`: the slot, or a newer one, was decided before.
 * - `skipped`: the fleet does not run it. `first`: this process is the one that reports it.
 */
export type FleetVerdict =
  | { readonly verdict: 'accepted' | 'known' }
  | { readonly verdict: 'skipped'; readonly reason: SkipReason; readonly first: boolean }

export interface FleetAccount {
  readonly task: string
  readonly reason: SkipReason | 'missed'
  /** The schedule that has the slots, as in an offer. */
  readonly schedule: string
  /**
   * Wall times of the newest slots, at most 100, ascending. The process that reports the first of them also reports all
   * older slots.
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
      /** Plain data. Copy it to `rescheduled` of the {@link FleetRecord} unchanged. */
      readonly schedule: FleetSchedule
    })

/** A schedule as plain data. */
export type FleetSchedule = Readonly<Record<string, unknown>>

/**
 * One attempt to run a slot or a request, for the process that takes it over. Plain data. All instants are wall time.
 */
export interface FleetAttempt {
  readonly instanceId: string
  readonly runId: string
  readonly attempt: number
  readonly startedAt: number
  /** When it ended because its process stops; absent if its process was lost. */
  readonly endedAt?: number | undefined
  /** Texts that the run or an observer has added, such as the trace id. */
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** A run that the fleet asks a process for. */
export interface FleetRun {
  readonly task: string
  /** Wall time; `undefined` for a request. */
  readonly slot: number | undefined
  /** 1, plus 1 for each earlier attempt. */
  readonly attempt: number
  /**
   * Grows with each run of the task in the fleet. A resource that remembers the highest token can refuse a process that
   * has lost its lease.
   */
  readonly token: number
  readonly input: unknown
  readonly carrier: FleetCarrier | undefined
  /** The instance that has offered or requested it. */
  readonly requestedBy: string
  /** The earlier attempts, as far as the fleet knows them, oldest first. Values that are not valid are ignored. */
  readonly earlier?: readonly FleetAttempt[] | undefined
}

/** An active run. */
export interface FleetRunning {
  /** Resolves when the run has its outcome or was refused. Never rejects. */
  readonly result: Promise<FleetResult>
  /**
   * What another process needs to know about this run if this process dies; `undefined` before the run has started.
   * Store it where it outlives the process, and pass it to the process that takes the run over, in `earlier`.
   */
  attempt(): FleetAttempt | undefined
  /**
   * Declares that the lease is lost: another process may already run the slot. The result of this run does not count
   * any more.
   */
  lose(): void
  /** Aborts the run for a newer one, see `cancel-previous`. */
  replace(): void
}

/** If the run was refused here, the fleet asks other processes until the time `until` of the offer is over. */
export type FleetResult =
  | {
      readonly started: true
      readonly runId: string
      readonly instanceId: string
      readonly outcome: Outcome
      readonly startedAt: number
      readonly endedAt: number
      /**
       * Whether the run was cancelled because the process stops. Then another process may run the slot again
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
   * Wall time of the newest slot that was decided, and the schedule that it belongs to. If the task now has another
   * schedule, slots from before the start of the supervisor are not caught up.
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
        /** Wall time at which it ends by itself. */
        readonly until?: number | undefined
      }
    | undefined
  /** The newest `reschedule`. Runwell ignores it once the code of the task has another schedule. */
  readonly rescheduled?:
    | { readonly at: number; readonly by: string | undefined; readonly schedule: FleetSchedule }
    | undefined
  /**
   * When the last process that has died or left was last known to be alive: wall time. If it had a newer definition,
   * the slots after that time are left to the other processes.
   */
  readonly goneAt?: number | undefined
  /**
   * How long this process waits before it offers a due slot, because another process offers it immediately. If
   * `lastSlot` shows in the meantime that the slot is decided, it is not offered. At most 60,000. @defaultValue 0
   */
  readonly offersAfterMs?: number | undefined
  /** The definitions of the processes that are alive. */
  readonly members?: readonly (FleetTask & { readonly instanceId: string })[] | undefined
}
