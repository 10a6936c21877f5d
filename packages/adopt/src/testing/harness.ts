import type { Supervisor } from '@runwell/core'
import type { VirtualClock } from '@runwell/core/testing'

/** What a harness gets to start a host library with one job. */
export interface HostWorld {
  /** Adopts the job. `undefined`: the host library runs alone, to compare. */
  readonly supervisor: Supervisor | undefined
  /** The time of the supervisor and, unless the harness says `real`, of all timers and dates of the process. */
  readonly clock: VirtualClock
  /** The name that the job shall have in the host library. */
  readonly name: string
  /** The function of the job. */
  readonly job: (this: unknown, ...args: unknown[]) => unknown
  /** Notes what the host library reports about an error, for instance in its error handler. */
  readonly report: (error: unknown) => void
}

/** A host library that runs one job. */
export interface HostedJob {
  /** Adopts the same job a second time. Left out where the host library makes that impossible. */
  adoptAgain?(): unknown
  /** Pauses the job by the means of the host library, and continues it. Left out where it has none. */
  pause?(): unknown
  resume?(): unknown
  /** Removes the job for good by the means of the host library. */
  remove(): unknown
  /** Stops the host library from running anything, without an event or an error. @defaultValue none of its timers fires again */
  die?(): unknown
  /** Lets the host library run the job again. Needed with `time: 'real'`. @defaultValue a period passes */
  next?(): Promise<unknown>
  /** Closes what the host library has open, such as connections. */
  close?(): unknown
}

/** How the contract starts a host library and talks to it. */
export interface AdopterHarness {
  /** From one run to the next. */
  readonly periodMs: number
  /**
   * Whether the host library waits for sockets or processes, and so needs the real time. Then `next` makes it run the job,
   * and the clock of the supervisor is moved by a period.
   */
  readonly time?: 'virtual' | 'real'
  /**
   * With `time: 'real'`: how much real time a second of the supervisor takes while a stop waits for the host library.
   * @defaultValue 5
   */
  readonly msPerSecond?: number
  /** Further tasks that the adopter makes, for instance one for the connection. */
  readonly furtherTasks?: readonly string[]
  start(world: HostWorld): HostedJob | Promise<HostedJob>
}
