import { adapterScenarios } from './adapter-scenarios.ts'
import { errorScenarios } from './error-scenarios.ts'
import { observerScenarios } from './observer-scenarios.ts'
import { spawnScenarios } from './spawn-scenarios.ts'
import type { Scenario } from './supervised.ts'

export const scenarios: readonly Scenario[] = [
  ...spawnScenarios,
  ...errorScenarios,
  ...observerScenarios,
  ...adapterScenarios,
]
