import fc from 'fast-check'

// Stands in for fast-check in the tests (see vitest.config.ts). Properties try the same values in each run of the suite,
// so that it is green for all or for nobody; RUNWELL_TEST_SEED, a number or `random`, has them try others.

const predicateSaid = process.env['RUNWELL_TEST_SEED'] ?? '1'
if (predicateSaid !== 'random')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(predicateSaid) })

export * from 'fast-check'
export default fc
