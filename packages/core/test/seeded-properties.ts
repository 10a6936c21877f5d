import fc from 'fast-check'

// Replaces fast-check in all tests (see vitest.config.ts), so that each test run uses the same random values.
// RUNWELL_TEST_SEED, a number or `random`, selects other values.

const seed = process.env['RUNWELL_TEST_SEED'] ?? '1'
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })

export * from 'fast-check'
export default fc
