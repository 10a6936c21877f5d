/** The used part of node-cron 4. */
export interface NodeCronLike {
  schedule(expression: string, func: never, options?: never): unknown
  createTask(expression: string, func: never, options?: never): unknown
}

export interface CronOptionsLike {
  readonly name?: string
  readonly timezone?: string
  readonly noOverlap?: boolean
  /** node-cron delays each run by a random time of at most this many milliseconds. */
  readonly maxRandomDelay?: number
}

export interface ScheduledTaskLike {
  start(): unknown
  stop(): unknown
  execute(): Promise<unknown>
  getStatus(): string | Promise<string>
  getNextRun(): Date | null
  on(event: string, listener: (context: ExecutionLike) => void): void
}

export interface ExecutionLike {
  readonly reason?: string
  readonly execution?: { readonly id: string; readonly error?: unknown }
}
