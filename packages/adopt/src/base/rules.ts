import type { HealthOption, HealthRule } from '@runwell/core'

export function withRules(health: HealthOption | undefined, own: readonly HealthRule[]): HealthOption {
  if (health === undefined) return { add: own }
  return 'add' in health ? { add: [...health.add, ...own] } : [...health, ...own]
}
