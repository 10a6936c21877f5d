import type { Observer } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import { sentryObserver } from '@runwell/sentry'
import * as Sentry from '@sentry/node'
import { OtlpReceiver } from './receivers/otlp-receiver.ts'
import { SentryReceiver } from './receivers/sentry-receiver.ts'

/** Where the telemetry of the demo goes, and what came of it. */
export interface Telemetry {
  /** To hand to the supervisor. */
  readonly observers: readonly Observer[]
  /** Where OTLP goes, and the receiver there if it is ours. */
  readonly otlp: { readonly target: string; readonly receiver: OtlpReceiver | undefined }
  /** Where Sentry envelopes go, and the receiver there if it is ours. */
  readonly sentry: { readonly target: string; readonly receiver: SentryReceiver | undefined }
  /** Sends what is left. */
  shutdown(): Promise<void>
  /** Stops the receivers. */
  close(): Promise<void>
}

/**
 * Sets up OpenTelemetry and Sentry as a service does: by the variables of the environment. Where these name no back
 * end, receivers on loopback stand in for it.
 */
export async function startDemoTelemetry(env: NodeJS.ProcessEnv): Promise<Telemetry> {
  const otlp = await otlpTarget(env)
  // So that there is something to see within seconds. The defaults, 5 s and 60 s, are for real services.
  env['OTEL_BSP_SCHEDULE_DELAY'] ??= '500'
  env['OTEL_METRIC_EXPORT_INTERVAL'] ??= '2000'
  env['OTEL_METRIC_EXPORT_TIMEOUT'] ??= '2000'
  const otel = await startTelemetry({ serviceName: 'runwell-demo' })

  const sentry = await sentryTarget(env)
  // A reported failure may be much older than the newest spans; its trace is wanted for comparison.
  otlp.receiver?.spans.want((traceId) => sentry.receiver?.store.isOn(traceId) === true)
  // Errors join the traces of OpenTelemetry; the spans go there alone.
  Sentry.init({ dsn: sentry.dsn, integrations: [Sentry.openTelemetryIntegration()] })

  return {
    observers: [otel.observer, sentryObserver(Sentry)],
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

/** A DSN carries a key, which is nobody's business on a screen. */
function hostOf(dsn: string): string {
  return URL.canParse(dsn) ? new URL(dsn).origin : 'SENTRY_DSN, which is no address'
}
