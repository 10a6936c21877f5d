import fc from 'fast-check'

// Replaces fast-check in the tests (see vitest.config.ts). Properties use the same values in each run of the suite, so
// that the result is the same for everyone. RUNWELL_TEST_SEED (a number or `random`) selects other values.

const seed = process.env['RUNWELL_TEST_SEED'] ?? '1'
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })

export * from 'fast-check'
export default fc
