import fc from 'fast-check'
import { expect, it } from 'vitest'

it('properties try the same values in each run of the suite, unless RUNWELL_TEST_SEED says otherwise', () => {
  const { RUNWELL_TEST_SEED: predicateSaid = '1' } = process.env
  expect(fc.readConfigureGlobal()?.seed).toBe(predicateSaid === 'random' ? undefined : Number(predicateSaid))
})
