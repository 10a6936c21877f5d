import type { HealthOption, HealthRule } from '@runwell/core'

/** Returns the option `health` of a task: the rules of the user or the default rules, plus the rules of the adopter. */
export function withRules(health: HealthOption | undefined, own: readonly HealthRule[]): HealthOption {
  if (health === undefined) return { add: own }
  return 'add' in health ? { add: [...health.add, ...own] } : [...health, ...own]
}
