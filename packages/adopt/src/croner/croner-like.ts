/** The used part of a job of croner 9, 10 and 11. */
export interface CronerLike {
  readonly name?: string | undefined
  readonly options: object
  getPattern(): string | undefined
  isRunning(): boolean
  isStopped(): boolean
  nextRun(): Date | null
  pause(): boolean
  resume(): boolean
  stop(): void
  trigger(): Promise<void>
  schedule(job: never): unknown
}

/** The used part of the options of a job, as croner has parsed and completed them. */
export interface CronerOptionsLike {
  readonly timezone?: string | undefined
  /** In minutes. */
  readonly utcOffset?: number | undefined
  /** `false`: both day fields must match. croner 10 and 11 derive it from `domAndDow`. */
  readonly legacyMode?: boolean | undefined
  /** The shortest time between two runs, in seconds. */
  readonly interval?: number | undefined
  readonly startAt?: { getTime(): number } | undefined
  readonly stopAt?: { getTime(): number } | undefined
  readonly maxRuns?: number | undefined
  protect?: boolean | ((job: unknown) => unknown) | undefined
  /** Moves all runs by this number of days. */
  readonly dayOffset?: number | undefined
}
