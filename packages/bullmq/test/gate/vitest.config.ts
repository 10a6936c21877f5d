import { defineConfig } from 'vitest/config'

/** The name under which this package depends on another version of BullMQ. */
const tested = process.env['TESTED_BULLMQ']

/** Tests on real servers: see scripts/servers/install.sh. */
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
