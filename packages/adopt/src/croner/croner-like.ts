/** The part of a job of croner 9, 10 and 11 that Runwell uses. */
export interface CronerLike {
  readonly name?: string | undefined
  readonly options: object
  getPattern(): string | undefined
  isRunning(): boolean
  isStopped(): boolean
  nextRun(): Date | null
  nextRuns(count: number): readonly Date[]
  pause(): boolean
  resume(): boolean
  stop(): void
  trigger(): Promise<void>
  schedule(job: never): unknown
}

export interface CronerOptionsLike {
  readonly timezone?: string | undefined
  /** The offset from UTC in minutes. */
  readonly utcOffset?: number | undefined
  /**
   * For patterns that restrict the day of the month and also the weekday. `false`: a day must match both fields.
   * Otherwise, one matching field is sufficient.
   */
  readonly legacyMode?: boolean | undefined
  /** The shortest time between two runs, in seconds. */
  readonly interval?: number | undefined
  readonly startAt?: { getTime(): number } | undefined
  readonly stopAt?: { getTime(): number } | undefined
  readonly maxRuns?: number | undefined
  protect?: boolean | ((job: unknown) => unknown) | undefined
  readonly dayOffset?: number | undefined
}
