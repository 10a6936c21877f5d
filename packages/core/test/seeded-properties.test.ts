import fc from 'fast-check'
import { expect, it } from 'vitest'

it('properties use the same values in each run of the suite, unless RUNWELL_TEST_SEED is set', () => {
  const { RUNWELL_TEST_SEED: seed = '1' } = process.env
  expect(fc.readConfigureGlobal()?.seed).toBe(seed === 'random' ? undefined : Number(seed))
})
