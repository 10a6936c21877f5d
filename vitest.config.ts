import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const seeded = fileURLToPath(new URL('packages/core/test/seeded-properties.ts', import.meta.url))

export default defineConfig({
  plugins: [
    {
      name: 'seeded-properties',
      enforce: 'pre',
      resolveId: (id, importer) => (id === 'fast-check' && importer !== seeded ? seeded : undefined),
    },
  ],
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    typecheck: {
      enabled: true,
      include: ['packages/*/{src,test}/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
      // The whole tree has its own type check (`npm run types`); here only the type tests speak.
      ignoreSourceErrors: true,
    },
    reporters: ['default', './scripts/gate/tally-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts'],
      reporter: ['text', 'html'],
    },
  },
})
