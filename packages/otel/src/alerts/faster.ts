import type { AlertRule, RecordingRule } from './rule-file.ts'

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export function faster<Rule extends AlertRule | RecordingRule>(rule: Rule, speed: number): Rule {
  if (speed === 1) return rule
  const expr = rule.expr
    .replace(/\[[\dsmhd:]+\]/g, (window) => durations(window, speed))
    .replace(/(?<=[<>]=? )\d+\b(?!\.)/g, (number) => seconds(number, speed))
  const wait = 'for' in rule && rule.for !== undefined ? { for: durations(rule.for, speed) } : {}
  return { ...rule, expr, ...wait }
}

function durations(text: string, speed: number): string {
  return text.replace(/(\d+)([smhd])/g, (_, count: string, unit: keyof typeof unitMs) => {
    return `${(Number(count) * unitMs[unit]) / speed}ms`
  })
}

/** A number of 30 or more is a time in seconds, so it is divided. A smaller number is a count and stays the same. */
function seconds(number: string, speed: number): string {
  return Number(number) < 30 ? number : String(Number(number) / speed)
}
