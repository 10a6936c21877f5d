import { cases } from './cases.ts'
import type { AdopterHarness } from './harness.ts'

/** A case that every adopter must pass. `run` rejects with the reason if the adopter fails. */
export interface AdopterContractCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * Returns the cases that every adopter must pass, for any test runner:
 * `for (const { name, run } of adopterContract(harness)) it(name, run)`.
 *
 * The cases must run one after the other, because they replace the timers of the process.
 *
 * @param harness - starts the host library and its job
 */
export function adopterContract(harness: AdopterHarness): readonly AdopterContractCase[] {
  return cases.map(({ name, act }) => ({ name, run: () => act(harness) }))
}
