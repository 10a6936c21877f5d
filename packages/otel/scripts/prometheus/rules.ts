import { stringify } from 'yaml'
import { failureAlerts } from './failures.ts'
import { faster } from './faster.ts'
import { latenessAlerts } from './lateness.ts'
import { recordingRules } from './recording.ts'
import type { RuleGroup } from './rule-file.ts'
import { verdictAlerts } from './verdicts.ts'
import { type Spelling, Vocabulary } from './vocabulary.ts'

/**
 * Returns the rule file in one spelling. It has a single group, since rules of a group are evaluated in order: an alert must
 * not compare new samples with values that were recorded an evaluation ago. `speed` is for tests, see `faster`.
 */
export function ruleFile(spelling: Spelling, speed = 1): string {
  const words = new Vocabulary(spelling)
  const rules = [
    ...recordingRules(words),
    ...verdictAlerts(words),
    ...latenessAlerts(words),
    ...failureAlerts(words),
  ].map((rule) => faster(rule, speed))
  const groups: readonly RuleGroup[] = [{ name: 'runwell', rules }]
  return `${head}${stringify({ groups }, { lineWidth: 0 })}`
}

const head =
  '# Made by `npm run alerts` from the metrics that @runwell/otel emits: see docs/alerts.md. Not to be edited.\n'
