import { hasOtherSignals, isSentryProvider, otelTracerProvider } from '../sdk/otel-global.ts'
import type { SentryClientLike, SentryLike } from '../sdk/sentry-like.ts'

export function findSetupProblems(Sentry: SentryLike, env: NodeJS.ProcessEnv = process.env): string[] {
  const client = Sentry.getClient()
  if (!client) {
    return [
      'Sentry is not initialised, so nothing is reported. Call `Sentry.init()` before the supervisor starts.',
    ]
  }
  if (hasNoDsn(client)) return [noDsn]
  const isVersion10 = Sentry.SDK_VERSION.startsWith('10.')
  if (sharesScopes(Sentry)) return [isVersion10 ? sdkBeforeSentry10 : sdkBesideSentry11]
  return isVersion10 && sentryTakesSpans(client, env) ? [sdkAfterSentry10] : []
}

const noDsn =
  'Sentry has no valid DSN, so nothing is reported. Set `dsn` in `Sentry.init()`, or the variable `SENTRY_DSN`. ' +
  'To see problems in the output of the process, pass `keepConsole: true` to the supervisor.'

const sdkBeforeSentry10 =
  'An OpenTelemetry SDK was set up before Sentry, so tags and breadcrumbs of one run leak into the events of another. ' +
  'Call `Sentry.init({ skipOpenTelemetrySetup: true })` first, and set up the SDK with `SentryContextManager`, ' +
  '`SentryPropagator`, `SentrySampler` and `SentrySpanProcessor`.'

const sdkBesideSentry11 =
  'Sentry has `enableOpenTelemetrySetup: true` although you set up your own OpenTelemetry SDK, so tags and breadcrumbs ' +
  'of one run leak into the events of another. Remove that option, and add `Sentry.openTelemetryIntegration()` to ' +
  '`integrations`.'

const sdkAfterSentry10 =
  'Sentry was initialised before your OpenTelemetry SDK and takes all spans, so your exporter receives none. Pass your ' +
  'span processor to Sentry as `openTelemetrySpanProcessors`, or call `Sentry.init({ skipOpenTelemetrySetup: true })`.'

/** False for a client that the app has disabled, and for a client that sends its events to Spotlight. */
function hasNoDsn(client: SentryClientLike): boolean {
  const { enabled, spotlight } = client.getOptions() as { enabled?: boolean; spotlight?: boolean | string }
  return client.getDsn !== undefined && !client.getDsn() && enabled !== false && !spotlight
}

/** True if `withIsolationScope` creates no new scope. Then all runs share one scope. */
function sharesScopes(Sentry: SentryLike): boolean {
  const outer = Sentry.getIsolationScope()
  return Sentry.withIsolationScope(undefined, (inner) => inner === outer)
}

/** True if all spans go to Sentry, although the app seems to use its own OpenTelemetry SDK. */
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
