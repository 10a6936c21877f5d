/** The part of pg-boss 10, 11 and 12 that Runwell uses. */
export interface BossLike {
  work(name: string, ...args: never[]): Promise<string>
  offWork(name: never, ...args: never[]): Promise<void>
  stop(options?: never): Promise<void>
  on(event: 'stopped', listener: () => void): unknown
  getDb(): {
    /**
     * Whether pg-boss has connected to the database. Missing if the application provides the database, and in version
     * 10 before `start()`.
     */
    readonly opened?: boolean
    /** Whether pg-boss has created this object. Only in version 10. */
    readonly isOurs?: boolean
    executeSql(text: string, values: never[]): Promise<unknown>
  }
}

/** The part of a job that Runwell uses. */
export interface BossJobLike {
  readonly id: string
  /** Missing in version 10. */
  readonly signal?: AbortSignal | undefined
}
