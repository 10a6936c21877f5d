import type { Observer } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { OtlpReceiver } from './receivers/otlp-receiver.ts'
import { SentryReceiver } from './receivers/sentry-receiver.ts'

export interface Telemetry {
  readonly observers: readonly Observer[]
  /** `receiver` is undefined if OTLP is sent to another process. */
  readonly otlp: { readonly target: string; readonly receiver: OtlpReceiver | undefined }
  /** `receiver` is undefined if events are sent to Sentry. */
  readonly sentry: { readonly target: string; readonly receiver: SentryReceiver | undefined }
  shutdown(): Promise<void>
  close(): Promise<void>
}

/** If `env` has no settings for telemetry, the demo sends its telemetry to receivers in its own process. */
export async function startDemoTelemetry(env: NodeJS.ProcessEnv): Promise<Telemetry> {
  const otlp = await otlpTarget(env)
  // The intervals are short, so that data arrives within seconds.
  env['OTEL_BSP_SCHEDULE_DELAY'] ??= '500'
  env['OTEL_METRIC_EXPORT_INTERVAL'] ??= '2000'
  env['OTEL_METRIC_EXPORT_TIMEOUT'] ??= '2000'
  const otel = await startTelemetry({ serviceName: 'runwell-demo' })

  const sentry = await sentryTarget(env)
  // The demo compares each Sentry issue with its trace, so the receiver must keep these traces.
  otlp.receiver?.spans.want((traceId) => sentry.receiver?.store.isOn(traceId) === true)
  // Errors in Sentry get the trace ids of OpenTelemetry. Only OpenTelemetry sends spans.
  Sentry.init({ dsn: sentry.dsn, integrations: [Sentry.openTelemetryIntegration()] })

  return {
    // With more than ten tasks, failures are reported only after 30 s by default. That is too long for a demo.
    observers: [otel.observer, sentryObserver(Sentry, { outage: { within: '2s' } })],
    otlp,
    sentry,
    shutdown: async () => {
      await Promise.all([otel.shutdown(), Sentry.close(2_000)])
    },
    close: async () => {
      await Promise.all([otlp.receiver?.close(), sentry.receiver?.close()])
    },
  }
}

async function otlpTarget(env: NodeJS.ProcessEnv): Promise<Telemetry['otlp']> {
  const given = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  if (given) return { target: given, receiver: undefined }
  const receiver = await OtlpReceiver.start()
  env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url
  return { target: receiver.url, receiver }
}

async function sentryTarget(env: NodeJS.ProcessEnv): Promise<Telemetry['sentry'] & { readonly dsn: string }> {
  const given = env['SENTRY_DSN']
  if (given) return { dsn: given, target: hostOf(given), receiver: undefined }
  const receiver = await SentryReceiver.start()
  return { dsn: receiver.dsn, target: hostOf(receiver.dsn), receiver }
}

/** A DSN contains a key, so only the host is shown. */
function hostOf(dsn: string): string {
  return URL.canParse(dsn) ? new URL(dsn).origin : 'SENTRY_DSN, which is not a URL'
}
