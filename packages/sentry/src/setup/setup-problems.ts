import { hasOtherSignals, isSentryProvider, otelTracerProvider } from '../sdk/otel-global.ts'
import type { SentryClientLike, SentryLike } from '../sdk/sentry-like.ts'

/** What is wrong with how Sentry, and OpenTelemetry beside it, were set up: each a sentence with its cure. */
export function setupFaults(Sentry: SentryLike, env: NodeJS.ProcessEnv = process.env): string[] {
  const client = Sentry.getClient()
  if (!client) {
    return [
      'Sentry is not initialised, so that nothing is reported: call `Sentry.init()` before the supervisor starts.',
    ]
  }
  const isVersion10 = Sentry.SDK_VERSION.startsWith('10.')
  if (sharesScopes(Sentry)) return [isVersion10 ? sdkBeforeSentry10 : sdkBesideSentry11]
  return isVersion10 && sentryTakesSpans(client, env) ? [sdkAfterSentry10] : []
}

const sdkBeforeSentry10 =
  'An OpenTelemetry SDK was set up before Sentry, so that tags and breadcrumbs of one run end up in the events of ' +
  'another: call `Sentry.init({ skipOpenTelemetrySetup: true })` first, and give the SDK `SentryContextManager`, ' +
  '`SentryPropagator`, `SentrySampler` and `SentrySpanProcessor`.'

const sdkBesideSentry11 =
  'Sentry has `enableOpenTelemetrySetup: true` beside an OpenTelemetry SDK of your own, so that tags and breadcrumbs of ' +
  'one run end up in the events of another: leave that option out, and add `Sentry.openTelemetryIntegration()` to ' +
  '`integrations`.'

const sdkAfterSentry10 =
  'Sentry was initialised before your OpenTelemetry SDK and takes all spans, so that your exporter gets none: give ' +
  'the exporter to Sentry, as `openTelemetrySpanProcessors`, or call `Sentry.init({ skipOpenTelemetrySetup: true })`.'

/** Whether all runs would have one scope: its own isolation scope is what makes a run's tags its own. */
function sharesScopes(Sentry: SentryLike): boolean {
  const outer = Sentry.getIsolationScope()
  return Sentry.withIsolationScope(undefined, (inner) => inner === outer)
}

/** Sentry owns the spans and nobody else gets them, while there are signs that somebody else should. */
function sentryTakesSpans(client: SentryClientLike, env: NodeJS.ProcessEnv): boolean {
  const provider = otelTracerProvider()
  if (!isSentryProvider(client, provider) || processorsOf(client) > 1) return false
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = env
  return Boolean(all || traces) || hasOtherSignals()
}

function processorsOf(client: SentryClientLike): number {
  const { openTelemetrySpanProcessors } = client.getOptions() as { openTelemetrySpanProcessors?: unknown[] }
  return 1 + (openTelemetrySpanProcessors?.length ?? 0)
}
