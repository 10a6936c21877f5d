import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const oldest = join(import.meta.dirname, '../../nest-11/node_modules/@nestjs')

/** Runs the tests that start Nest applications. They use Nest 11 in mode `nest-11`, and otherwise the newest Nest. */
export default defineConfig(({ mode }) => ({
  resolve: { alias: mode === 'nest-11' ? [{ find: /^@nestjs/, replacement: oldest }] : [] },
  test: { root: import.meta.dirname, include: ['*.spec.ts'], pool: 'forks', maxWorkers: 1, isolate: false },
}))
