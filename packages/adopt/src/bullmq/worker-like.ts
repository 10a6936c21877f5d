/** The used part of a worker of BullMQ 5 and 6. */
export interface WorkerLike {
  readonly name: string
  readonly opts: WorkerOptionsLike
  readonly concurrency: number
  /** Set once the worker is being closed. */
  readonly closing?: Promise<void> | undefined
  isRunning(): boolean
  isPaused(): boolean
  pause(doNotWaitActive?: boolean): Promise<void>
  resume(): unknown
  close(force?: boolean): Promise<void>
  listenerCount(event: string): number
  on(event: never, listener: (...args: never[]) => void): unknown
}

/** The used part of its options. */
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
  /** The limit for jobs of the queue that run in all processes together. Only newer versions have it. */
  getGlobalConcurrency?(): Promise<number | null>
  getRateLimitTtl(): Promise<number>
  close(): Promise<void>
  disconnect(): Promise<void>
}

/** The part of a job that the events of a worker contain. */
export interface JobLike {
  readonly id?: string | undefined
  readonly name: string
  readonly attemptsMade: number
}

/** `worker.on`, whose type differs in each version of BullMQ. */
export function listener(worker: WorkerLike) {
  return (event: string, listen: (...args: never[]) => void): unknown => worker.on(event as never, listen)
}
