/** The used part of pg-boss 10, 11 and 12. */
export interface BossLike {
  work(name: string, ...args: never[]): Promise<string>
  offWork(name: never, ...args: never[]): Promise<void>
  stop(options?: never): Promise<void>
  on(event: 'stopped', listener: () => void): unknown
  getDb(): {
    /** Missing if the application provides the database, and in version 10 before `start()`. */
    readonly opened?: boolean
    /** In version 10: whether pg-boss has created it. */
    readonly isOurs?: boolean
    executeSql(text: string, values: never[]): Promise<unknown>
  }
}

/** A job as passed to a handler. */
export interface BossJobLike {
  readonly id: string
  /** Passed from version 11 on. */
  readonly signal?: AbortSignal | undefined
}
