import { failureAlerts } from './failures.ts'
import { type Fit, fitted } from './fit.ts'
import { latenessAlerts } from './lateness.ts'
import { lostRunAlerts } from './lost-runs.ts'
import { recordingRules } from './recording.ts'
import type { AlertRule, RecordingRule } from './rule-file.ts'
import { verdictAlerts } from './verdicts.ts'
import { type Spelling, spellings, Vocabulary } from './vocabulary.ts'
import { toYaml } from './yaml.ts'

function allRules(spelling: Spelling): readonly (RecordingRule | AlertRule)[] {
  const words = new Vocabulary(spelling)
  return [
    ...recordingRules(words),
    ...verdictAlerts(words),
    ...latenessAlerts(words),
    ...failureAlerts(words),
    ...lostRunAlerts(words),
  ]
}

export function alertNames(): readonly string[] {
  const rules = spellings.flatMap(allRules)
  return [...new Set(rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])))]
}

/** All rules are in one group, because Prometheus evaluates rules in their order only within a group. */
export function ruleFile(spelling: Spelling, fit: Fit = {}, head = shippedHead): string {
  return `${head}${toYaml('runwell', fitted(allRules(spelling), fit))}`
}

const shippedHead =
  '# Rules for the metrics of @runwell/otel. Do not edit: `npx -p @runwell/otel runwell-alerts --help` makes them with other values.\n'
