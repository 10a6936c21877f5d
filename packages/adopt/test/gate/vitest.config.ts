import { defineConfig } from 'vitest/config'

/** scripts/servers/install.sh installs the servers that these tests need. */
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
