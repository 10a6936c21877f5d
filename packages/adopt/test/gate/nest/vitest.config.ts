import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const oldest = join(import.meta.dirname, '../../nest-11/node_modules/@nestjs')

export default defineConfig(({ mode }) => ({
  resolve: { alias: mode === 'nest-11' ? [{ find: /^@nestjs/, replacement: oldest }] : [] },
  test: { root: import.meta.dirname, include: ['*.spec.ts'], pool: 'forks', maxWorkers: 1, isolate: false },
}))
