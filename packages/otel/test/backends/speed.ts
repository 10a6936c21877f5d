import { ruleFile } from '../../src/alerts/rules.ts'
import type { Spelling } from '../../src/alerts/vocabulary.ts'

/**
 * How many times faster than in production the rules, the intervals of Prometheus and the tasks in `programs/` run. So
 * hours become minutes. In production, scrapes, pushes and evaluations happen every 15 s, and Prometheus keeps pushed
 * samples for 5 min.
 */
export const speed = 10
export const beatMs = 15_000 / speed
export const lookbackMs = 300_000 / speed

export function fastRules(spelling: Spelling): string {
  return ruleFile(spelling, { faster: speed })
}
