import { setImmediate } from 'node:timers/promises'
import { every, handleSignals, loop, Supervisor } from '@runwell/core'
import * as Sentry from '@sentry/node'
import { sentryObserver } from '../../src/index.ts'

/** A service with recent failures and active runs, for a test of SIGTERM. Argument: the DSN. */
Sentry.init({ dsn: process.argv[2] ?? '' })

const supervisor = new Supervisor({
  observers: [sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 })],
})
for (let n = 0; n < 40; n++) {
  supervisor.register({
    name: `fails-${n}`,
    schedule: every('1h', { immediate: true }),
    run: () => {
      throw Object.assign(new Error(`failure ${n}`), { name: `Error${n % 3}` })
    },
  })
}
supervisor.register({ name: 'works', schedule: every('1h', { immediate: true }), run: () => {} })
supervisor.register({
  name: 'nightly',
  schedule: every('1d', { immediate: true }),
  run: ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
})
supervisor.register({ name: 'hangs', priority: 'low', schedule: loop(), run: () => new Promise(() => {}) })
handleSignals(supervisor, { deadline: '2s' })
await supervisor.start()
while ([...supervisor.tasks()].some((task) => task.metrics().started === 0)) await setImmediate()
process.stdout.write('ready\n')
