// How do I connect an issue in Sentry with the trace of the same run in Jaeger, Tempo or Grafana?

import { NodeSDK } from '@opentelemetry/sdk-node'
import { every, Supervisor } from '@runwell/core'
import { otelObserver } from '@runwell/otel'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { SentryReceiver } from './service/receivers/sentry-receiver.ts'

const standIn = await SentryReceiver.start() // replaces Sentry if SENTRY_DSN is not set
const seen = new Map<string, string>()

// Your OpenTelemetry set-up does not change. Use an OTLP exporter; this exporter only keeps the spans in memory.
const sdk = new NodeSDK({
  metricReaders: [],
  traceExporter: {
    export: (spans, done) => {
      for (const span of spans) seen.set(span.spanContext().traceId, span.name)
      done({ code: 0 })
    },
    shutdown: async () => {},
  },
})
sdk.start()

// Do not set a tracing option or `enableOpenTelemetrySetup`, because OpenTelemetry records the spans.
Sentry.init({
  dsn: process.env['SENTRY_DSN'] ?? standIn.dsn,
  integrations: [Sentry.openTelemetryIntegration()],
})

const supervisor = new Supervisor({ observers: [otelObserver(), sentryObserver(Sentry)] })
supervisor.register({
  name: 'feeds.poll',
  schedule: every('1h', { immediate: true }),
  run: () => {
    throw new Error('The feed is not what it was')
  },
})

await supervisor.start()
setTimeout(async () => {
  await supervisor.stop()
  await sdk.shutdown()
  await standIn.close()
  for (const { title, traceId = '' } of standIn.store.issues) {
    console.log(`issue ${title}`)
    console.log(`trace ${traceId}: ${seen.get(traceId) ?? 'NOT among the spans'}`)
  }
  process.exitCode = standIn.store.issues.every(({ traceId = '' }) => seen.has(traceId)) ? 0 : 1
}, 1_000)
