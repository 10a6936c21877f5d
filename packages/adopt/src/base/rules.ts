import type { HealthOption, HealthRule } from '@runwell/core'

/** Adds the rules of the adopted job to those that the user chose, or to the default rules. */
export function withRules(health: HealthOption | undefined, own: readonly HealthRule[]): HealthOption {
  if (health === undefined) return { add: own }
  return 'add' in health ? { add: [...health.add, ...own] } : [...health, ...own]
}
