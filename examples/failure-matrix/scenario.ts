import type { Candidate } from './candidate.ts'

/** What was seen of one scenario with one candidate, in one process of its own. */
export interface Observation<Facts = unknown> {
  /** How the process ended; 0 unless the candidate let it die. */
  readonly exitCode: number
  /** How many lines the candidate wrote to stdout and stderr. */
  readonly lines: number
  /** What the scenario measured; absent when the process died, or the candidate has no such option. */
  readonly facts: Facts | null
  /** Whether the candidate has what the scenario asks for. */
  readonly offered: boolean
}

/** One way for background work to go wrong. */
export interface Scenario<Facts = unknown> {
  readonly id: string
  /** The head of its row. */
  readonly title: string
  /** What is done, in a sentence below the table. */
  readonly what: string
  /** Plays it in this process. `undefined`: the candidate has no such option. */
  act(candidate: Candidate): Promise<Facts | undefined>
  /** What was seen, in a few words. The only place where the words of a cell come from. */
  cell(observation: Observation<Facts>): string
}

/** The error of each run that fails; a process that dies of anything else is a fault of ours. */
export const purpose = 'failed on purpose'

/** Words for what was written. */
export function said(lines: number): string {
  if (lines === 0) return 'says nothing'
  return lines === 1 ? 'writes 1 line' : `writes ${lines} lines`
}

/** Seconds with one digit, `2.0 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
