import type { Supervisor } from '@runwell/core'
import type { VirtualClock } from '@runwell/core/testing'

/** The arguments with which a harness starts a host library with one job. */
export interface HostWorld {
  /** The supervisor that must adopt the job. `undefined`: nothing adopts the job, for comparison. */
  readonly supervisor: Supervisor | undefined
  /**
   * The clock of the supervisor. Unless the harness has `time: 'real'`, the global timers and `Date` follow this clock.
   */
  readonly clock: VirtualClock
  /** The name that the job must have in the host library. */
  readonly name: string
  /** The function that the host library must call at each run. */
  readonly job: (this: unknown, ...args: unknown[]) => unknown
  /** Call it with each error that the host library reports, for instance in its error handler. */
  readonly report: (error: unknown) => void
}

/** A host library that runs one job. */
export interface HostedJob {
  /** Adopts the same job a second time. Leave it out if the host library makes that impossible. */
  adoptAgain?(): unknown
  /** Pauses the job with a method of the host library. Leave it out if there is no such method. */
  pause?(): unknown
  resume?(): unknown
  /** Removes the job with a method of the host library, so that the job never runs again. */
  remove(): unknown
  /**
   * Lets the host library die silently: from now on it runs no job, and emits no event and no error.
   *
   * @defaultValue the timers of the host library never fire again
   */
  die?(): unknown
  /** Makes the host library run the job once. Needed with `time: 'real'`. @defaultValue the job runs by its timers */
  next?(): Promise<unknown>
  /** Closes the connections and other resources of the host library at the end of a case. */
  close?(): unknown
}

/** Starts a host library for the cases of the contract. */
export interface AdopterHarness {
  /** The time from one run of the job to the next. */
  readonly periodMs: number
  /**
   * `real`: the host library needs real time, because it waits for sockets or processes. For each run, the contract
   * then calls `next`, and advances the clock of the supervisor. @defaultValue `'virtual'`
   */
  readonly time?: 'virtual' | 'real'
  /**
   * With `time: 'real'`: while a stop waits for the host library, this many real milliseconds pass for each second of
   * the supervisor.
   * @defaultValue 5
   */
  readonly msPerSecond?: number
  /** The names of further tasks that the adopter registers, for instance for the connection. */
  readonly furtherTasks?: readonly string[]
  start(world: HostWorld): HostedJob | Promise<HostedJob>
}
