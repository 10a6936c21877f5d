/** The part of node-cron 4 that Runwell uses. */
export interface NodeCronLike {
  schedule(expression: string, func: never, options?: never): unknown
  createTask(expression: string, func: never, options?: never): unknown
}

export interface CronOptionsLike {
  readonly name?: string
  readonly timezone?: string
  readonly noOverlap?: boolean
  /** The longest random delay of each run, in milliseconds. */
  readonly maxRandomDelay?: number
}

export interface ScheduledTaskLike {
  start(): unknown
  stop(): unknown
  destroy(): unknown
  execute(): Promise<unknown>
  getStatus(): string | Promise<string>
  getNextRun(): Date | null
  on(event: string, listener: (context: ExecutionLike) => void): void
}

export interface ExecutionLike {
  readonly reason?: string
  readonly execution?: { readonly id: string; readonly error?: unknown }
}
