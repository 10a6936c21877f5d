import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test/longest-first.ts'

const seeded = fileURLToPath(new URL('packages/core/test/seeded-properties.ts', import.meta.url))

const tests = [
  'packages/*/src/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'examples/**/*.test.ts',
  'scripts/**/*.test.ts',
]

/**
 * `npm run test:slow` runs these tests, `npm test` does not. They load whole SDKs in child processes, run days of a
 * hundred tasks, search thousands of states, or compare years of slots.
 */
const slow = [
  'packages/adopt/test/clock-changes.test.ts',
  'packages/core/src/schedule/cron-oracle.test.ts',
  'packages/core/test/fair-turns.test.ts',
  'packages/core/test/{model/model,routine-success,soak/soak}.test.ts',
  'packages/core/test/year/year.test.ts',
  'packages/otel/test/{cluster,foreign-shutdown,prometheus-guide,span-drops,start-telemetry,undelivered}.test.ts',
  'packages/sentry/test/{first-import,with-opentelemetry,shutdown}.test.ts',
]

/** Each of these files runs in its own process. The files of the project `unit` share two processes. */
const alone = [
  // These tests start child processes.
  'examples/service/demo.test.ts',
  'packages/console/test/{command,socket}.test.ts',
  'packages/{core,otel}/test/first-import.test.ts',
  'packages/core/test/process{,-rejections,-signals}.test.ts',
  'packages/otel/test/{log-records,restarted,two-processes}.test.ts',
  'scripts/{gate/docs,launch/launch}.test.ts',
  // Sentry has one client for the whole process. It also changes modules that are already loaded.
  'examples/service/receivers/sentry-receiver.test.ts',
  'packages/sentry/test/*.test.ts',
  // This test replaces a module of Node, which other test files may have loaded already.
  'packages/core/src/**/watchdog.test.ts',
  // This test counts all requests of its process.
  'packages/otel/test/unreachable.test.ts',
  // This test reads all log records of its process. Supervisors that other tests do not stop also write some.
  'packages/otel/src/logs/long-runs.test.ts',
  // This test registers its own SDK.
  'packages/otel/src/node/forgotten-observer.test.ts',
  // No other test file may have loaded the modules of these tests before.
  'packages/core/src/**/{every-plain,external}.test.ts',
  'packages/core/test/two-copies.test.ts',
  'packages/adopt/test/forgotten-timers.test.ts',
  'packages/console/test/page-connection.test.ts',
]

export default defineConfig({
  plugins: [
    {
      name: 'seeded-properties',
      enforce: 'pre',
      resolveId: (id, importer) => (id === 'fast-check' && importer !== seeded ? seeded : undefined),
    },
  ],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'processes',
          include: alone,
          exclude: ['**/node_modules/**', ...slow],
          globalSetup: './scripts/test/child-bundles.ts',
          // Each child process uses a core for about a second. With more of them, tests would exceed their time
          // limits.
          maxConcurrency: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: slow,
          globalSetup: './scripts/test/child-bundles.ts',
          maxConcurrency: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: tests,
          exclude: ['**/node_modules/**', ...alone, ...slow],
          isolate: false,
          setupFiles: './scripts/test/leaves-no-trace.ts',
          typecheck: {
            enabled: true,
            include: ['packages/*/{src,test}/**/*.test-d.ts'],
            // `npm run types` checks all files. Here, only the type tests and their imports are checked.
            tsconfig: './tsconfig.type-tests.json',
            ignoreSourceErrors: true,
          },
        },
      },
    ],
    reporters: ['default', './scripts/gate/tally-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts'],
      reporter: ['text', 'html'],
    },
  },
})
