/** The used part of pg-boss 10, 11 and 12. */
export interface BossLike {
  work(name: string, ...args: never[]): Promise<string>
  offWork(name: never, ...args: never[]): Promise<void>
  stop(options?: never): Promise<void>
  on(event: 'stopped', listener: () => void): unknown
  getDb(): {
    /** Missing if the application provides the database, and in version 10 before `start()`. */
    readonly opened?: boolean
    /** Whether pg-boss has created this object. Only version 10 has it. */
    readonly isOurs?: boolean
    executeSql(text: string, values: never[]): Promise<unknown>
  }
}

/** The used part of a job that pg-boss passes to a handler. */
export interface BossJobLike {
  readonly id: string
  /** Missing in version 10. */
  readonly signal?: AbortSignal | undefined
}
