import { defineConfig } from 'vitest/config'

/** These tests need the servers that scripts/servers/install.sh installs. */
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
