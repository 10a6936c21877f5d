import { adapters } from './adapters.mjs'
import { errorScenarios } from './of-errors.mjs'
import { observerScenarios } from './of-observers.mjs'
import { spawnScenarios } from './of-spawns.mjs'

/**
 * Each has an `id`, a `label`, and `prepare(scale)`, which gives the play: it resolves with the supervisor, with what was
 * `done` (a number for each count that it expects in the report, exactly), and with notes on what else is bounded.
 * `mostMb` is the heap that may be left behind.
 */
export const everyone = [...spawnScenarios, ...errorScenarios, ...observerScenarios, ...adapters]
