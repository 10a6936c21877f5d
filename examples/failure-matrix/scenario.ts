import type { Candidate } from './candidate.ts'

/** The result of one scenario with one candidate, in a separate process. */
export interface Observation<Facts = unknown> {
  /** The exit code of the process; 0 unless the candidate made it crash. */
  readonly exitCode: number
  /** How many lines the candidate wrote to stdout and stderr. */
  readonly lines: number
  /** What the scenario measured; `null` if the process crashed or the candidate lacks the feature. */
  readonly facts: Facts | null
  /** Whether the candidate has the feature that the scenario needs. */
  readonly offered: boolean
}

/** One way in which background work fails. */
export interface Scenario<Facts = unknown> {
  readonly id: string
  /** The heading of its row. */
  readonly title: string
  /** What happens, for the list below the table. */
  readonly what: string
  /**
   * Runs the scenario in this process. Resolves with `undefined` if the candidate lacks the feature.
   *
   * @param id - the id of the candidate
   */
  act(candidate: Candidate, id: string): Promise<Facts | undefined>
  cell(observation: Observation<Facts>): string
}

/** The message of all intended errors. If a process crashes with another error, the matrix itself has a bug. */
export const purpose = 'failed on purpose'

export function said(lines: number): string {
  if (lines === 0) return 'logs nothing'
  return lines === 1 ? 'logs 1 line' : `logs ${lines} lines`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
