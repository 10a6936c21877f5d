import { cases } from './cases.ts'
import type { AdopterHarness } from './harness.ts'

/** One case that every adopter must pass. If the adopter fails, `run` rejects with an error that says why. */
export interface AdopterContractCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * An adopter gives each job of a host library a task of a supervisor. Returns the cases that every adopter must pass,
 * for any test runner:
 * `for (const { name, run } of adopterContract(harness)) it(name, run)`.
 *
 * Each case starts the host library with one job. Unless the harness requires real time, a case replaces the timers of
 * the process. So the cases must run one after the other.
 *
 * @param harness - starts the host library and its job
 */
export function adopterContract(harness: AdopterHarness): readonly AdopterContractCase[] {
  return cases.map(({ name, act }) => ({ name, run: () => act(harness) }))
}
