import { cases } from './cases.ts'
import type { AdopterHarness } from './harness.ts'

/** One case that every adopter must pass. `run` rejects with a descriptive error if the adopter fails. */
export interface AdopterContractCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * An adopter gives each job of a host library a task of a supervisor. Returns the cases that every adopter must pass,
 * for any test runner:
 * `for (const { name, run } of adopterContract(harness)) it(name, run)`.
 *
 * Each case starts the host library with one job. It replaces the timers of the process, unless the harness requires
 * real time. So the cases must run one after the other.
 *
 * @param harness - starts the host library
 */
export function adopterContract(harness: AdopterHarness): readonly AdopterContractCase[] {
  return cases.map(({ name, act }) => ({ name, run: () => act(harness) }))
}
