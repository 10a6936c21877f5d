/** What is used of pg-boss 10, 11 and 12. */
export interface BossLike {
  work(name: string, ...args: never[]): Promise<string>
  offWork(name: never, ...args: never[]): Promise<void>
  stop(options?: never): Promise<void>
  on(event: 'stopped', listener: () => void): unknown
  getDb(): {
    /** Missing in a database of the application, and in version 10 before `start()`. */
    readonly opened?: boolean
    /** Whether pg-boss has made it: in version 10. */
    readonly isOurs?: boolean
    executeSql(text: string, values: never[]): Promise<unknown>
  }
}

/** A job as a handler gets it. */
export interface BossJobLike {
  readonly id: string
  /** From version 11 on. */
  readonly signal?: AbortSignal | undefined
}
