import type { Warn } from '../options/observer-options.ts'
import { addressOf, otlpOptions } from './exporters.ts'
import type { TelemetryOptions } from './options.ts'
import { type FlushState, giveUpDuringFlush } from './otlp-internals.ts'
import type { Exporter } from './sdk.ts'
import type { Undelivered } from './undelivered.ts'
import { warnOnceExporter } from './warn-once-exporter.ts'

/** NodeSDK creates the log exporter and reads these settings only from environment variables. */
export function logEnvironment(options: TelemetryOptions): Readonly<Record<string, string>> {
  if (options.logs === false) return { OTEL_LOGS_EXPORTER: 'none' }
  const { url, timeoutMillis } = otlpOptions('logs', options)
  const { protocol } = options
  return {
    ...(url === undefined ? {} : { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: url }),
    ...(protocol === undefined ? {} : { OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: protocol }),
    ...(timeoutMillis === undefined ? {} : { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: String(timeoutMillis) }),
  }
}

interface Processor {
  readonly _exporter?: Exporter
  readonly _finishedLogRecords?: readonly unknown[]
}

/** Internal members of logger providers, the same in all supported versions. */
interface LoggerProvider {
  readonly _sharedState?: { readonly processors?: readonly Processor[] }
}

export function watchLogExporters(
  provider: object | undefined,
  options: TelemetryOptions,
  flushes: FlushState,
  undelivered: Undelivered,
  warn: Warn,
): void {
  const processors = (provider as LoggerProvider | undefined)?._sharedState?.processors
  if (!Array.isArray(processors)) return
  for (const processor of processors as readonly Processor[]) {
    const { _exporter: exporter } = processor
    if (typeof exporter?.export !== 'function') continue
    giveUpDuringFlush(exporter, flushes)
    const state = undelivered.add('log records', addressOf('logs', options))
    state.waiting = () => processor._finishedLogRecords?.length ?? 0
    warnOnceExporter(exporter, state, flushes, warn)
  }
}
