import { ruleFile } from '../../scripts/prometheus/rules.ts'
import type { Spelling } from '../../scripts/prometheus/vocabulary.ts'

/**
 * All runs so many times faster than it would in production, so that hours of waiting become minutes: the rules by their
 * own generator, the clocks of Prometheus here, and the periods of the tasks in `programs/`. A scrape, a push and an
 * evaluation each 15 s, and a memory of 5 min for what was pushed, become these.
 */
export const speed = 10
export const beatMs = 15_000 / speed
export const lookbackMs = 300_000 / speed

/** The rules that the package ships, made faster. */
export function fastRules(spelling: Spelling): string {
  return ruleFile(spelling, speed)
}
