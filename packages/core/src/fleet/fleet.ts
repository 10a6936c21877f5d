import type { Clock } from '../base/clock.ts'
import type { Outcome, RefusalReason, SkipReason } from '../base/words.ts'

/**
 * A store that several processes share. It decides which process runs each slot of a task of scope `service`. Each
 * supervisor needs its own fleet object.
 */
export interface Fleet {
  /** The name of the fleet in log lines, such as `'the shop queue'`. At most 100 characters. */
  readonly name: string
  /**
   * The version of the deployed code. `'2.10'` is newer than `'2.9'`. If processes define a task differently, the
   * definition of the newest version applies. If the versions are equal or one is missing, the process that was
   * started last decides.
   */
  readonly version?: string | undefined
  /** Whether the readiness probe of the process fails while the fleet is down. @defaultValue `false` */
  readonly gatesReadiness?: boolean | undefined
  /**
   * Called once, by `start()`. Must return immediately: connect in the background, and report failures with
   * `host.down()`.
   */
  join(host: FleetHost): FleetMember
}

/**
 * One process as a member of a fleet.
 *
 * If `offer()` or `account()` rejects, the supervisor repeats the call. The repeated call must get the same answer as
 * the first call would have got.
 *
 * Handle the calls about one task in the order in which they were made. If one of them rejects, also reject all later
 * calls about this task that have no answer yet.
 */
export interface FleetMember {
  /** Declares that this process can run the task. Called again each time the definition of the task has changed. */
  define(task: FleetTask): void
  /**
   * Declares that this process no longer has the task. If no process has the task, the fleet drops the waiting slots
   * and requests of the task.
   */
  withdraw(task: string): void
  /** Offers a due slot. Several processes may offer the same slot, but the fleet decides about the slot only once. */
  offer(offer: FleetOffer): Promise<FleetVerdict>
  /**
   * Declares that slots will not run. Resolves with those of the slots that no process has offered or declared
   * before. This process reports these slots as skipped or missed.
   */
  account(account: FleetAccount): Promise<readonly number[]>
  /** Requests a run in any process. Resolves with the result of the run, or with the reason why no run started. */
  request(request: FleetRequest): Promise<FleetResult>
  /** Changes the task in all processes: pauses it, resumes it, or replaces its schedule. */
  control(control: FleetControl): Promise<unknown>
  /**
   * Called at the end of a stop, when all runs have ended or were abandoned. After this, other processes must be able
   * to take the waiting slots and requests. The promise must resolve by the deadline, which is at most 5 s away.
   * After that, the stop continues without it.
   */
  close(deadline: Date): Promise<unknown>
}

/** The supervisor of one process, for use by the fleet. Its methods never throw. */
export interface FleetHost {
  /** Identifies the process. The run ids of this process contain it. */
  readonly instanceId: string
  /** The name of the supervisor. */
  readonly supervisor: string
  /** The clock from which the fleet must read all times. In tests, the clock is virtual. */
  readonly clock: Clock
  /** Starts a run in this process, for a slot or for a request. */
  run(run: FleetRun): FleetRunning
  /**
   * Tells the supervisor what the fleet knows about tasks. Call it soon after the first `define()` of each task,
   * after each change, and before `up()`. The supervisor offers no slot of a task before the first call for this
   * task. Tasks that are not in the map do not change.
   *
   * Also pass the tasks of the fleet that this process has not defined. So the supervisor finds a task that has
   * another `scope` in this process.
   */
  know(tasks: ReadonlyMap<string, FleetRecord>): void
  /**
   * Declares that accepted slots will not run. Call it in one process only. That process then reports the slots with
   * `reason`. `missed`: no process started the slot in time.
   */
  drop(task: string, slots: readonly number[], reason: SkipReason | 'missed'): void
  /**
   * Declares that this process can't use the store, and why. For example, the store can't be reached, or the clock of
   * the process is wrong. Active runs continue. A further call before `up()` replaces the reason that `explain()` and
   * the health of the tasks show. It emits no event.
   */
  down(error: unknown): void
  /**
   * Declares that this process can use the store again. Has an effect only after `down()`. The supervisor then
   * repeats each `offer()` and `account()` that has rejected. For each task, it also repeats the newest `control()`
   * that has not resolved. It never repeats `request()`.
   */
  up(): void
  /** Writes one line to the console output of the supervisor. The same text is written at most once a minute. */
  warn(text: string, error?: unknown): void
}

/** How a process defines a task. It is plain data. */
export interface FleetTask {
  readonly task: string
  readonly version: string | undefined
  /** Wall time when the supervisor was started. */
  readonly startedAt: number
  /** The schedule in words. */
  readonly schedule: string
  /** A text that is the same in all processes with the same definition of the task. */
  readonly fingerprint: string
  readonly overlap: 'skip' | 'queue' | 'cancel-previous' | 'parallel'
  /** How many runs may be active in the whole fleet. */
  readonly limit: number
  /** How long after its slot a run may still begin. `Infinity` for no limit. */
  readonly catchUpMs: number
}

/** The trace context of the code that requested the run. The process that runs the request gets it. */
export type FleetCarrier = Readonly<Record<string, string>>

export interface FleetOffer {
  readonly task: string
  /** The wall time of the slot. It identifies the slot. */
  readonly slot: number
  /** The schedule of the slot, in words. The fleet must return it as `lastSchedule` of the {@link FleetRecord}. */
  readonly schedule: string
  /** Wall time until which the first attempt may start. Further attempts may start later. */
  readonly until: number
  /**
   * True if this is one of several late slots that all run. While `limit` runs of the task are active, the run of
   * this slot waits, whatever `overlap` says.
   */
  readonly waits: boolean
  readonly carrier: FleetCarrier | undefined
}

/**
 * - `accepted`: the fleet has taken the slot. A process runs it, or the fleet drops it later with `FleetHost.drop()`.
 * - `known`: this slot, or a newer slot, was decided before.
 * - `skipped`: no process runs the slot. If `first` is true, this process must report the slot as skipped.
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
   * Wall times of the newest slots, at most 100, in ascending order. The process that reports the oldest of these
   * slots also reports all slots before it.
   */
  readonly slots: readonly number[]
  /** Wall times of the oldest and the newest of all `count` slots. */
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface FleetRequest {
  readonly task: string
  /** The id of the request, unique in the fleet. */
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
      /** Copy this object unchanged to `rescheduled` of the {@link FleetRecord}. */
      readonly schedule: FleetSchedule
    })

/** A schedule as plain data. */
export type FleetSchedule = Readonly<Record<string, unknown>>

/** One attempt to run a slot or a request. All times are wall time. */
export interface FleetAttempt {
  readonly instanceId: string
  readonly runId: string
  readonly attempt: number
  readonly startedAt: number
  /** Wall time at which the attempt ended because its process was stopping. Absent if the process was lost. */
  readonly endedAt?: number | undefined
  /** Texts that the run or an observer has added, such as the trace id. */
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** A run that a process should start for the fleet. */
export interface FleetRun {
  readonly task: string
  /** Wall time of the slot. `undefined` for a request. */
  readonly slot: number | undefined
  /** The number of the attempt: 1 for the first attempt. */
  readonly attempt: number
  /**
   * A number that is higher for each later slot and each further attempt. With this number, a resource can refuse a
   * process that has lost its lease.
   */
  readonly token: number
  readonly input: unknown
  readonly carrier: FleetCarrier | undefined
  /** The `instanceId` of the process that offered the slot or requested the run. */
  readonly requestedBy: string
  /**
   * The earlier attempts that the fleet knows, oldest first. The supervisor reads the last ten and ignores invalid
   * values.
   */
  readonly earlier?: readonly FleetAttempt[] | undefined
}

/** An active run. */
export interface FleetRunning {
  /** Resolves when the run has an outcome or was refused. Never rejects. */
  readonly result: Promise<FleetResult>
  /**
   * What another process must know about this attempt if this process dies. `undefined` before the run has started.
   * Pass the value in `earlier` to the process that takes over.
   */
  attempt(): FleetAttempt | undefined
  /**
   * Declares that the lease is lost, and aborts the run. After this, the fleet must ignore the result of this run.
   */
  lose(): void
  /** Aborts the run because a newer run replaces it (overlap `cancel-previous`). */
  replace(): void
}

/**
 * The result of a run, or the reason why no run started. If a process refuses a run, the fleet must ask other
 * processes. For a slot, it must ask them until the time `until` of the offer. Exception: if the task is paused in
 * the whole fleet, the fleet asks no other process.
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
       * True if the run was aborted because its process is stopping. Then another process may run the slot again
       * immediately.
       */
      readonly isStopping?: boolean | undefined
      readonly error?: { readonly name: string; readonly message: string } | undefined
      /** A JSON copy of what the function returned. Absent for `null` and for values that JSON can't represent. */
      readonly value?: unknown
    }
  | { readonly started: false; readonly reason: RefusalReason }

/** What the fleet knows of one task. */
export interface FleetRecord {
  /**
   * Wall time and schedule of the newest slot that was decided. If the task now has a schedule other than
   * `lastSchedule`, slots from before the start of the task in this process do not run.
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
  /** The active runs in all processes, if the fleet knows them. */
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
  /** The newest `reschedule`. It is ignored after the code has given the task another schedule. */
  readonly rescheduled?:
    | { readonly at: number; readonly by: string | undefined; readonly schedule: FleetSchedule }
    | undefined
  /** Set after processes have died or left: the wall time at which the last of them was known to be alive. */
  readonly goneAt?: number | undefined
  /**
   * How long this process waits before it offers a due slot, because another process offers the slot immediately. In
   * milliseconds, at most 60,000.
   * @defaultValue 0
   */
  readonly offersAfterMs?: number | undefined
  /** The definitions of all processes that are alive. Pass a new array after each change. */
  readonly members?: readonly (FleetTask & { readonly instanceId: string })[] | undefined
}
