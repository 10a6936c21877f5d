/** The part of a worker of BullMQ 5 and 6 that Runwell uses. */
export interface WorkerLike {
  readonly name: string
  readonly opts: WorkerOptionsLike
  readonly concurrency: number
  /** `undefined` until the worker begins to close. */
  readonly closing?: Promise<void> | undefined
  isRunning(): boolean
  isPaused(): boolean
  pause(doNotWaitActive?: boolean): Promise<void>
  resume(): unknown
  close(force?: boolean): Promise<void>
  listenerCount(event: string): number
  on(event: never, listener: (...args: never[]) => void): unknown
}

/**
 * The options of the `Worker` of BullMQ that Runwell uses. Runwell replaces `telemetry` with an object that passes
 * all calls on to the original `telemetry`.
 */
export interface WorkerOptionsLike {
  readonly connection?: unknown
  readonly prefix?: string | undefined
  readonly autorun?: boolean | undefined
  // biome-ignore lint/suspicious/noExplicitAny: BullMQ's own type differs in each version, and users make theirs
  telemetry?: any
}

/** The part of a queue of BullMQ 5 and 6 that Runwell uses. */
export interface QueueLike {
  getJobCounts(...types: never[]): Promise<{ readonly [state: string]: number }>
  isPaused(): Promise<boolean>
  /** How many jobs may run at once in all processes. Missing in older versions of BullMQ. */
  getGlobalConcurrency?(): Promise<number | null>
  getRateLimitTtl(): Promise<number>
  close(): Promise<void>
  disconnect(): Promise<void>
}

export interface JobLike {
  readonly id?: string | undefined
  readonly name: string
  readonly attemptsMade: number
}

/** Simplifies the type of `worker.on`, which differs between versions of BullMQ. */
export function listener(worker: WorkerLike) {
  return (event: string, listen: (...args: never[]) => void): unknown => worker.on(event as never, listen)
}
