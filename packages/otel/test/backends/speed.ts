import { ruleFile } from '../../src/alerts/rules.ts'
import type { Spelling } from '../../src/alerts/vocabulary.ts'

/** The rules, Prometheus and the tasks run this many times faster than in production. */
export const speed = 10
export const beatMs = 15_000 / speed
export const lookbackMs = 300_000 / speed

export function fastRules(spelling: Spelling): string {
  return ruleFile(spelling, { faster: speed })
}
