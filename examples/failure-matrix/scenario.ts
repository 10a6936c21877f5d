import type { Candidate } from './candidate.ts'

export interface Observation<Facts = unknown> {
  readonly exitCode: number
  readonly lines: number
  readonly facts: Facts | null
  readonly offered: boolean
}

export interface Scenario<Facts = unknown> {
  readonly id: string
  readonly title: string
  readonly what: string
  /** Returns `undefined` if the candidate lacks the feature. */
  act(candidate: Candidate, id: string): Promise<Facts | undefined>
  cell(observation: Observation<Facts>): string
}

/** A crash with another message is a bug of the matrix. */
export const purpose = 'failed on purpose'

export function count(number: number): string {
  return number.toLocaleString('en')
}

export function said(lines: number): string {
  if (lines === 0) return 'logs nothing'
  return lines === 1 ? 'logs 1 line' : `logs ${count(lines)} lines`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
