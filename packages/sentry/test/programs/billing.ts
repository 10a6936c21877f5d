// A service whose failures go to `DSN` and whose spans go to an OTLP endpoint.
import { every, handleSignals, loop, Supervisor } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import * as Sentry from '@sentry/node'
import { sentryObserver } from '../../src/index.ts'

const telemetry = await startTelemetry({ serviceName: 'billing', metrics: false, logs: false })
Sentry.init({ dsn: process.env['DSN'] ?? '', integrations: [Sentry.openTelemetryIntegration()] })

const supervisor = new Supervisor({
  observers: [telemetry.observer, sentryObserver(Sentry, { crons: 'scheduled', replicas: 1 })],
})
const fails = () => {
  throw new Error('The mail server is away')
}
supervisor.register({
  name: 'invoices.send',
  owner: 'billing',
  schedule: every('1s', { immediate: true }),
  run: fails,
})
supervisor.register({
  name: 'gateway',
  priority: 'critical',
  schedule: loop(),
  restart: 'never',
  run: () => {
    throw new Error('The gateway has refused the token')
  },
})
supervisor.register({
  name: 'reports.nightly',
  schedule: every('1d', { immediate: true }),
  run: ({ sleep }) => sleep('50ms'),
})
supervisor.register({ name: 'taxes.daily', schedule: every('1d', { immediate: true }), run: fails })

handleSignals(supervisor, { onReport: () => telemetry.shutdown() })
await supervisor.start()
