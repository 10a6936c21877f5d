import type { Supervisor } from '@runwell/core'
import type { VirtualClock } from '@runwell/core/testing'

/** What a harness needs to start a host library with one job. */
export interface HostWorld {
  /** The supervisor that must adopt the job. If `undefined`, start the job without adopting it. */
  readonly supervisor: Supervisor | undefined
  /** The clock of the supervisor. With `time: 'virtual'`, the global timers and `Date` follow this clock. */
  readonly clock: VirtualClock
  /** The name that the job must have in the host library. */
  readonly name: string
  /** The function that the host library must call at each run. */
  readonly job: (this: unknown, ...args: unknown[]) => unknown
  /** Call this with each error that the host library reports. */
  readonly report: (error: unknown) => void
}

/** A host library that runs one job. */
export interface HostedJob {
  /** Adopts the same job again. Omit this if the host library makes that impossible. */
  adoptAgain?(): unknown
  /** Pauses the job with a method of the host library. Omit this if there is no such method. */
  pause?(): unknown
  resume?(): unknown
  /** Removes the job with a method of the host library. After that, the job never runs again. */
  remove(): unknown
  /**
   * Simulates a host library that stops working silently: from now on, it runs no job and emits no event.
   *
   * @defaultValue the timers of the host library never fire again
   */
  die?(): unknown
  /**
   * Makes the host library run the job once. Required with `time: 'real'`. @defaultValue the timers of the host
   * library run the job
   */
  next?(): Promise<unknown>
  /** Closes the connections and other resources of the host library. */
  close?(): unknown
}

/** Starts a host library for the cases of the contract. */
export interface AdopterHarness {
  /** Milliseconds from one run of the job to the next. */
  readonly periodMs: number
  /**
   * `'real'` is for host libraries that wait for sockets or processes. The global timers and `Date` then
   * stay real, and the cases call `next` of the hosted job to start each run. @defaultValue `'virtual'`
   */
  readonly time?: 'virtual' | 'real'
  /**
   * With `time: 'real'`: how many real milliseconds pass for each second of the supervisor, while a stop waits for
   * the host library. @defaultValue 5
   */
  readonly msPerSecond?: number
  /** The names of other tasks that the adopter registers, for example for a connection. */
  readonly furtherTasks?: readonly string[]
  start(world: HostWorld): HostedJob | Promise<HostedJob>
}
