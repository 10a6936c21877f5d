import type { Supervisor } from '@runwell/core'
import type { VirtualClock } from '@runwell/core/testing'

/** The arguments with which a harness starts a host library with one job. */
export interface HostWorld {
  /** The supervisor that adopts the job. `undefined`: the host library runs alone, for comparison. */
  readonly supervisor: Supervisor | undefined
  /**
   * The clock of the supervisor. Unless the harness has `time: 'real'`, the global timers and `Date` follow this clock.
   */
  readonly clock: VirtualClock
  /** The name that the job must have in the host library. */
  readonly name: string
  /** The function of the job. */
  readonly job: (this: unknown, ...args: unknown[]) => unknown
  /** Call it with each error that the host library reports, for instance in its error handler. */
  readonly report: (error: unknown) => void
}

/** A host library that runs one job. */
export interface HostedJob {
  /** Adopts the same job a second time. Left out if the host library makes that impossible. */
  adoptAgain?(): unknown
  /** Pauses the job with the methods of the host library. Left out if it has none. */
  pause?(): unknown
  resume?(): unknown
  /** Removes the job with the methods of the host library, so that it never runs again. */
  remove(): unknown
  /**
   * Stops the host library from running anything, without an event or an error.
   *
   * @defaultValue none of its timers fires again
   */
  die?(): unknown
  /** Lets the host library run the job again. Needed with `time: 'real'`. @defaultValue a period passes */
  next?(): Promise<unknown>
  /** Closes what the host library has open, such as connections. */
  close?(): unknown
}

/** How the contract starts a host library and controls it. */
export interface AdopterHarness {
  /** The time from one run to the next. */
  readonly periodMs: number
  /**
   * `real`: the host library needs real time, because it waits for sockets or processes. Then `next` makes it run the
   * job, and the clock of the supervisor moves on by a period.
   */
  readonly time?: 'virtual' | 'real'
  /**
   * With `time: 'real'`: how many real milliseconds a second of the supervisor takes while a stop waits for the host
   * library.
   * @defaultValue 5
   */
  readonly msPerSecond?: number
  /** Further tasks that the adopter registers, for instance one for the connection. */
  readonly furtherTasks?: readonly string[]
  start(world: HostWorld): HostedJob | Promise<HostedJob>
}
