import { trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor, InMemorySpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import * as Sentry11 from '@sentry/node'
import * as Sentry10 from '@sentry/node-v10'
import { SentryPropagator, SentrySampler, SentrySpanProcessor } from '@sentry/opentelemetry-v10'
import type { SentryLike } from '../../src/index.ts'

/**
 * The ways to have Sentry, and OpenTelemetry beside it or not, that `docs/sentry.md` describes, by name. Each returns
 * the Sentry namespace to pass in.
 */
export const setups = {
  /** Sentry 11 by itself. */
  'v11 alone': ({ dsn }) => {
    Sentry11.init({ dsn })
    return Sentry11
  },
  'v11 with its tracing': ({ dsn }) => {
    Sentry11.init({ dsn, tracesSampleRate: 1, traceLifecycle: 'static' })
    return Sentry11
  },
  'v11 beside an SDK': ({ dsn, processor }) => {
    startSdk(processor)
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    return Sentry11
  },
  'v11 before an SDK': ({ dsn, processor }) => {
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    startSdk(processor)
    return Sentry11
  },
  'v11 beside an SDK, unlinked': ({ dsn, processor }) => {
    startSdk(processor)
    Sentry11.init({ dsn })
    return Sentry11
  },
  'v11 in place of an SDK': ({ dsn }) => {
    Sentry11.init({ dsn, tracesSampleRate: 1, traceLifecycle: 'static', enableOpenTelemetrySetup: true })
    return Sentry11
  },
  'v11 wrongly beside an SDK': ({ dsn, processor }) => {
    startSdk(processor)
    Sentry11.init({ dsn, tracesSampleRate: 1, enableOpenTelemetrySetup: true })
    return Sentry11
  },
  'v10 alone': ({ dsn }) => {
    Sentry10.init({ dsn })
    return Sentry10
  },
  'v10 with its tracing': ({ dsn }) => {
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    return Sentry10
  },
  'v10 as the SDK': ({ dsn, processor }) => {
    Sentry10.init({ dsn, tracesSampleRate: 1, openTelemetrySpanProcessors: [processor] })
    return Sentry10
  },
  'v10 inside an SDK': ({ dsn, processor }) => {
    const client = Sentry10.init({ dsn, tracesSampleRate: 1, skipOpenTelemetrySetup: true })
    if (!client) throw new Error('Sentry has no client')
    startSdk(processor, {
      sampler: new SentrySampler(client),
      textMapPropagator: new SentryPropagator(),
      contextManager: new Sentry10.SentryContextManager(),
      spanProcessors: [new SentrySpanProcessor(), processor],
    })
    return Sentry10
  },
  'v10 wrongly before an SDK': ({ dsn, processor }) => {
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    // As it comes: with metrics too.
    new NodeSDK({ spanProcessors: [processor], autoDetectResources: false }).start()
    return Sentry10
  },
  'v10 wrongly after an SDK': ({ dsn, processor }) => {
    startSdk(processor)
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    return Sentry10
  },
} satisfies Record<string, (parts: { dsn: string; processor: SpanProcessor }) => SentryLike>

export type SetupName = keyof typeof setups

function startSdk(processor: SpanProcessor, more: ConstructorParameters<typeof NodeSDK>[0] = {}): void {
  new NodeSDK({ spanProcessors: [processor], metricReaders: [], autoDetectResources: false, ...more }).start()
}

/** Sets Sentry up, and gives what the other side saw of the spans. */
export function setUp(name: SetupName, dsn: string) {
  const exporter = new InMemorySpanExporter()
  const processor = new BatchSpanProcessor(exporter)
  const Sentry: SentryLike = setups[name]({ dsn, processor })
  return {
    Sentry,
    spans: async () => {
      await processor.forceFlush()
      return exporter.getFinishedSpans().map((span) => ({ name: span.name, ...span.spanContext() }))
    },
    provider: () => (trace.getTracerProvider() as { getDelegate?(): object }).getDelegate?.(),
  }
}
