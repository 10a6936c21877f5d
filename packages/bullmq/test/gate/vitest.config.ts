import { defineConfig } from 'vitest/config'

/** The package to test as `bullmq`, such as `bullmq-previous`. If it is not set, the tests use `bullmq` itself. */
const tested = process.env['TESTED_BULLMQ']

/** Runs the tests that need real servers. `scripts/servers/install.sh` installs these servers. */
export default defineConfig({
  ...(tested ? { resolve: { alias: { bullmq: tested } } } : {}),
  test: {
    dir: import.meta.dirname,
    include: ['**/*.gate.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 5,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
