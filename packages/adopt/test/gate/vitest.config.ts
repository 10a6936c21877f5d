import { defineConfig } from 'vitest/config'

/** Runs the tests that need servers. scripts/servers/install.sh installs these servers. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.gate.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
