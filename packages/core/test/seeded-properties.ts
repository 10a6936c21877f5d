import fc from 'fast-check'

// Replaces fast-check (see vitest.config.ts), so that each run of the suite uses the same values.
// RUNWELL_TEST_SEED (a number or `random`) selects other values.

const seed = process.env['RUNWELL_TEST_SEED'] ?? '1'
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })

export * from 'fast-check'
export default fc
