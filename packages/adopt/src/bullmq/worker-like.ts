/** The used part of a worker of BullMQ 5 and 6. */
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

/** The used part of the options of a worker. */
export interface WorkerOptionsLike {
  readonly connection?: unknown
  readonly prefix?: string | undefined
  readonly autorun?: boolean | undefined
  // biome-ignore lint/suspicious/noExplicitAny: BullMQ's own type differs in each version, and users make theirs
  telemetry?: any
}

/** The used part of a queue of BullMQ 5 and 6. */
export interface QueueLike {
  getJobCounts(...types: never[]): Promise<{ readonly [state: string]: number }>
  isPaused(): Promise<boolean>
  /** How many jobs of the queue may run at the same time in all processes. Only newer versions of BullMQ have it. */
  getGlobalConcurrency?(): Promise<number | null>
  getRateLimitTtl(): Promise<number>
  close(): Promise<void>
  disconnect(): Promise<void>
}

/** The used part of a job in the events of a worker. */
export interface JobLike {
  readonly id?: string | undefined
  readonly name: string
  readonly attemptsMade: number
}

/** Returns `worker.on` with a simple type, because its own type differs between versions of BullMQ. */
export function listener(worker: WorkerLike) {
  return (event: string, listen: (...args: never[]) => void): unknown => worker.on(event as never, listen)
}
