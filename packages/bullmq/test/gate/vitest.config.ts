import { defineConfig } from 'vitest/config'

/** Tests on real servers: see scripts/servers/install.sh. */
export default defineConfig({
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
