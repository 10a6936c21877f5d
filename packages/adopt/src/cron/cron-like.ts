/** The parameters of a job of cron 3 and 4 that Runwell uses. */
export interface CronJobParamsLike {
  readonly name?: string | null | undefined
  readonly cronTime: unknown
  readonly onTick: unknown
  readonly context?: unknown
  readonly timeZone?: string | null | undefined
  /** The offset from UTC in minutes. */
  readonly utcOffset?: number | null | undefined
}

export interface CronJobLike {
  /** Only in cron 4. */
  readonly isActive?: boolean
  /** Used for cron 3. */
  readonly running?: boolean
  fireOnTick(): unknown
  readonly cronTime?: { readonly source: unknown }
  setTime(time: never): unknown
  start(): unknown
  stop(): unknown
}
