import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { BatchSpanProcessor, InMemorySpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { SentryLike } from '../../src/index.ts'

// Each import is slow, so a set-up imports only the version that it uses.
const version11 = () => import('@sentry/node')
const version10 = () => import('@sentry/node-v10')

/** Set-ups of Sentry. A set-up with `wrongly` in its name causes a warning of `sentryObserver`. */
export const setups = {
  'v11 alone': async ({ dsn }) => {
    const Sentry11 = await version11()
    Sentry11.init({ dsn })
    return Sentry11
  },
  'v11 with its tracing': async ({ dsn }) => {
    const Sentry11 = await version11()
    Sentry11.init({ dsn, tracesSampleRate: 1, traceLifecycle: 'static' })
    return Sentry11
  },
  'v11 beside an SDK': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    await startSdk(processor)
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    return Sentry11
  },
  'v11 before an SDK': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    await startSdk(processor)
    return Sentry11
  },
  'v11 beside an SDK, unlinked': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    await startSdk(processor)
    Sentry11.init({ dsn })
    return Sentry11
  },
  'v11 beside an SDK of OpenTelemetry 3': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    await startSdkOf3(processor)
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    return Sentry11
  },
  'v11 before an SDK of OpenTelemetry 3': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    Sentry11.init({ dsn, integrations: [Sentry11.openTelemetryIntegration()] })
    await startSdkOf3(processor)
    return Sentry11
  },
  'v11 wrongly beside an SDK of OpenTelemetry 3': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    await startSdkOf3(processor)
    Sentry11.init({ dsn, tracesSampleRate: 1, enableOpenTelemetrySetup: true })
    return Sentry11
  },
  'v11 in place of an SDK': async ({ dsn }) => {
    const Sentry11 = await version11()
    Sentry11.init({ dsn, tracesSampleRate: 1, traceLifecycle: 'static', enableOpenTelemetrySetup: true })
    return Sentry11
  },
  'v11 wrongly beside an SDK': async ({ dsn, processor }) => {
    const Sentry11 = await version11()
    await startSdk(processor)
    Sentry11.init({ dsn, tracesSampleRate: 1, enableOpenTelemetrySetup: true })
    return Sentry11
  },
  'v10 alone': async ({ dsn }) => {
    const Sentry10 = await version10()
    Sentry10.init({ dsn })
    return Sentry10
  },
  'v10 with its tracing': async ({ dsn }) => {
    const Sentry10 = await version10()
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    return Sentry10
  },
  'v10 as the SDK': async ({ dsn, processor }) => {
    const Sentry10 = await version10()
    Sentry10.init({ dsn, tracesSampleRate: 1, openTelemetrySpanProcessors: [processor] })
    return Sentry10
  },
  'v10 inside an SDK': async ({ dsn, processor }) => {
    const Sentry10 = await version10()
    const client = Sentry10.init({ dsn, tracesSampleRate: 1, skipOpenTelemetrySetup: true })
    if (!client) throw new Error('Sentry has no client')
    const { SentryPropagator, SentrySampler, SentrySpanProcessor } = await import('@sentry/opentelemetry-v10')
    await startSdk(processor, {
      sampler: new SentrySampler(client),
      textMapPropagator: new SentryPropagator(),
      contextManager: new Sentry10.SentryContextManager(),
      spanProcessors: [new SentrySpanProcessor(), processor],
    })
    return Sentry10
  },
  'v10 wrongly before an SDK': async ({ dsn, processor }) => {
    const Sentry10 = await version10()
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    // Not `startSdk`, because this set-up also needs metrics.
    const { NodeSDK } = await import('@opentelemetry/sdk-node')
    new NodeSDK({ spanProcessors: [processor], autoDetectResources: false }).start()
    return Sentry10
  },
  'v10 wrongly after an SDK': async ({ dsn, processor }) => {
    const Sentry10 = await version10()
    await startSdk(processor)
    Sentry10.init({ dsn, tracesSampleRate: 1 })
    return Sentry10
  },
} satisfies Record<string, (parts: { dsn: string; processor: SpanProcessor }) => Promise<SentryLike>>

export type SetupName = keyof typeof setups

async function startSdk(processor: SpanProcessor, more: Partial<NodeSDKConfiguration> = {}): Promise<void> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  new NodeSDK({ spanProcessors: [processor], metricReaders: [], autoDetectResources: false, ...more }).start()
}

async function startSdkOf3(processor: SpanProcessor): Promise<void> {
  const { startSdk3 } = await import('@runwell/otel-3-for-tests')
  startSdk3(processor)
}

export async function setUp(name: SetupName, dsn: string) {
  const exporter = new InMemorySpanExporter()
  const processor = new BatchSpanProcessor(exporter)
  const Sentry: SentryLike = await setups[name]({ dsn, processor })
  return {
    Sentry,
    spans: async () => {
      await processor.forceFlush()
      return exporter.getFinishedSpans().map((span) => ({ name: span.name, ...span.spanContext() }))
    },
  }
}
