import { defineConfig } from 'vitest/config'

/** Tests that start Nest applications. `npm run test:adopt` runs them with the oldest and the newest Nest. */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.spec.ts'], pool: 'forks', maxWorkers: 1, isolate: false },
})
