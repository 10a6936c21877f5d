import { ruleFile } from '../../src/alerts/rules.ts'
import type { Spelling } from '../../src/alerts/vocabulary.ts'

/**
 * How many times faster than production everything runs, so that hours become minutes: the rules, the intervals of
 * Prometheus, and the periods of the tasks in `programs/`. In production scrapes, pushes and evaluations happen every
 * 15 s, and pushed samples are kept for 5 min.
 */
export const speed = 10
export const beatMs = 15_000 / speed
export const lookbackMs = 300_000 / speed

/** Returns the rules of the package, accelerated. */
export function fastRules(spelling: Spelling): string {
  return ruleFile(spelling, { faster: speed })
}
