import type { Observer } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { OtlpReceiver } from './receivers/otlp-receiver.ts'
import { SentryReceiver } from './receivers/sentry-receiver.ts'

/** The telemetry of the demo, and where it is sent. */
export interface Telemetry {
  readonly observers: readonly Observer[]
  /** The OTLP endpoint, and the receiver if the demo itself runs one. */
  readonly otlp: { readonly target: string; readonly receiver: OtlpReceiver | undefined }
  /** The Sentry endpoint, and the receiver if the demo itself runs one. */
  readonly sentry: { readonly target: string; readonly receiver: SentryReceiver | undefined }
  /** Sends all buffered telemetry. */
  shutdown(): Promise<void>
  /** Stops the receivers. */
  close(): Promise<void>
}

/**
 * Sets up OpenTelemetry and Sentry from environment variables, as a service does. Without them, telemetry is sent to
 * receivers on loopback.
 */
export async function startDemoTelemetry(env: NodeJS.ProcessEnv): Promise<Telemetry> {
  const otlp = await otlpTarget(env)
  // Short intervals, so that data arrives within seconds. The defaults of 5 s and 60 s are for real services.
  env['OTEL_BSP_SCHEDULE_DELAY'] ??= '500'
  env['OTEL_METRIC_EXPORT_INTERVAL'] ??= '2000'
  env['OTEL_METRIC_EXPORT_TIMEOUT'] ??= '2000'
  const otel = await startTelemetry({ serviceName: 'runwell-demo' })

  const sentry = await sentryTarget(env)
  // Protects the traces of all Sentry issues from removal, because the demo compares each issue with its trace.
  otlp.receiver?.spans.want((traceId) => sentry.receiver?.store.isOn(traceId) === true)
  // Sentry's errors get the trace ids of OpenTelemetry. Spans are sent only by OpenTelemetry.
  Sentry.init({ dsn: sentry.dsn, integrations: [Sentry.openTelemetryIntegration()] })

  return {
    // By default, a service with more than ten tasks sends a failure after 30 s, together with similar failures of
    // other tasks. That is too long for a demo.
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

/** Shows only the origin of a DSN, because it contains a key. */
function hostOf(dsn: string): string {
  return URL.canParse(dsn) ? new URL(dsn).origin : 'SENTRY_DSN, which is not a URL'
}
