import { defineConfig } from 'vitest/config'

const tested = process.env['TESTED_BULLMQ']

/** These tests need the servers that `scripts/servers/install.sh` installs. */
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
