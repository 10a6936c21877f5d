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
  /** Whether the job is started. Missing in cron 3, which has `running` instead. */
  readonly isActive?: boolean
  /** Whether the job is started, in cron 3. Not used in cron 4. */
  readonly running?: boolean
  fireOnTick(): unknown
  readonly cronTime?: { readonly source: unknown }
  setTime(time: never): unknown
  nextDate?(): unknown
  start(): unknown
  stop(): unknown
}
