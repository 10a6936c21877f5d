import { type Duration, duration, InvalidOptionError } from '@runwell/core'
import type { Warn } from '../options/observer-options.ts'
import { waitingSpans } from '../sdk/span-drops.ts'
import { longestMs, type OtlpProtocol, type TelemetryOptions } from './options.ts'
import { type FlushState, giveUpDuringFlush } from './otlp-internals.ts'
import { load, loadIfInstalled } from './peers.ts'
import { prometheusReader } from './prometheus-reader.ts'
import type { Exporter, OtlpMetricModule, OtlpTraceModule, SdkMetrics, SdkNode } from './sdk.ts'
import type { Undelivered } from './undelivered.ts'
import { warnOnceExporter } from './warn-once-exporter.ts'

type Signal = 'traces' | 'metrics' | 'logs'

const defaultTimeoutMs = 5_000
const defaultIntervalMs = 15_000
const defaultCardinality = 12_000
/**
 * A flush exports the whole queue of spans in batches, all at the same time. By default, an exporter refuses further
 * exports while 30 exports are active. The spans of the refused batches would be lost.
 */
const maxConcurrentExports = 1_000

/** Returns `undefined` if the environment selects another exporter than OTLP. Then NodeSDK creates that exporter. */
export async function traceExporter(
  options: TelemetryOptions,
  flushes: FlushState,
  undelivered: Undelivered,
  warn: Warn,
): Promise<Exporter | undefined> {
  if (isLeftToSdk('OTEL_TRACES_EXPORTER')) return undefined
  const { OTLPTraceExporter } = await otlp<OtlpTraceModule>('traces', options)
  const exporter = new OTLPTraceExporter(otlpOptions('traces', options))
  giveUpDuringFlush(exporter, flushes)
  const state = undelivered.add('spans', addressOf('traces', options))
  state.waiting = () => waitingSpans(exporter)
  return warnOnceExporter(exporter, state, flushes, warn)
}

export async function metricReaders(
  sdk: SdkNode,
  options: TelemetryOptions,
  flushes: FlushState,
  undelivered: Undelivered,
  warn: Warn,
): Promise<object[] | undefined> {
  const { prometheus, metrics: pushes = prometheus === undefined } = options
  const limit = cardinalityLimit(options)
  const reader = prometheus === undefined ? undefined : await prometheusReader(prometheus, limit, warn)
  const scraped = reader === undefined ? [] : [reader]
  if (!pushes) return scraped
  if (isLeftToSdk('OTEL_METRICS_EXPORTER')) return scraped.length > 0 ? scraped : undefined

  const { OTLPMetricExporter } = await otlp<OtlpMetricModule>('metrics', options)
  const state = undelivered.add('metrics', addressOf('metrics', options))
  const made = new OTLPMetricExporter(otlpOptions('metrics', options))
  const exporter = warnOnceExporter(made, state, flushes, warn)
  giveUpDuringFlush(exporter, flushes)
  const purpose = 'to send metrics'
  const { PeriodicExportingMetricReader } =
    sdk.metrics ?? (await load<SdkMetrics>('@opentelemetry/sdk-metrics', purpose))
  const exportIntervalMillis =
    millisecondsOf(options.exportInterval) ?? number('OTEL_METRIC_EXPORT_INTERVAL') ?? defaultIntervalMs
  const exportTimeoutMillis = number('OTEL_METRIC_EXPORT_TIMEOUT') ?? exportIntervalMillis
  const push = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(exportTimeoutMillis, exportIntervalMillis),
    cardinalityLimits: { default: limit },
  })
  return [push, ...scraped]
}

export function cardinalityLimit(options: TelemetryOptions): number {
  return options.cardinalityLimit ?? defaultCardinality
}

async function otlp<Module>(signal: Signal, options: TelemetryOptions): Promise<Module> {
  const kind = signal === 'traces' ? 'trace' : 'metrics'
  const purpose = `to send ${signal} by OTLP`
  const setting = options.protocol ?? protocolOf(signal)
  if (setting === 'http/json') return load<Module>(`@opentelemetry/exporter-${kind}-otlp-http`, purpose)
  const protobuf = `@opentelemetry/exporter-${kind}-otlp-proto`
  if (setting === 'http/protobuf') return load<Module>(protobuf, purpose)
  const found = await loadIfInstalled<Module>(protobuf)
  return found ?? load<Module>(`@opentelemetry/exporter-${kind}-otlp-http`, purpose)
}

function protocolOf(signal: Signal): OtlpProtocol | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`
  const name = process.env[own] ? own : 'OTEL_EXPORTER_OTLP_PROTOCOL'
  const setting = process.env[name]?.trim()
  if (setting === undefined || setting === '') return undefined
  if (setting === 'http/protobuf' || setting === 'http/json') return setting
  throw new InvalidOptionError(
    name,
    "'http/protobuf' or 'http/json' (for others, set up NodeSDK yourself)",
    setting,
  )
}

interface OtlpOptions extends Readonly<Record<string, unknown>> {
  readonly url?: string
  readonly timeoutMillis?: number
}

export function otlpOptions(signal: Signal, options: TelemetryOptions): OtlpOptions {
  const isTimeoutSet =
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] !== undefined ||
    process.env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_TIMEOUT`] !== undefined
  const timeoutMillis = millisecondsOf(options.exportTimeout) ?? (isTimeoutSet ? undefined : defaultTimeoutMs)
  return {
    concurrencyLimit: maxConcurrentExports,
    ...urlPart(signal, options),
    ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
  }
}

/**
 * If the variable `OTEL_EXPORTER_OTLP_ENDPOINT` has a query, the exporter would append the path of the signal to the
 * query. So the whole URL is built here.
 */
function urlPart(signal: Signal, options: TelemetryOptions): { readonly url?: string } {
  const isOwnSet = Boolean(process.env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim())
  const ofBoth = isOwnSet ? undefined : process.env['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim()
  const base = options.endpoint ?? (ofBoth?.includes('?') ? ofBoth : undefined)
  if (base === undefined || !URL.canParse(base)) return {}
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`
  return { url: url.href }
}

/** Returns the receiver's address for warnings. User, password and query are left out, because they may be secret. */
export function addressOf(signal: Signal, options: TelemetryOptions): string {
  const variable = process.env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim()
  const address =
    options.endpoint ||
    variable ||
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim() ||
    'http://localhost:4318'
  if (!URL.canParse(address)) return address
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname}`.replace(/\/+$/, '')
}

function isLeftToSdk(name: string): boolean {
  const setting = process.env[name]?.trim()
  return setting !== undefined && setting !== '' && setting !== 'otlp'
}

function millisecondsOf(value: Duration | undefined): number | undefined {
  return typeof value === 'string' ? duration(value) : value
}

function number(name: string): number | undefined {
  const value = Number(process.env[name])
  return Number.isFinite(value) && value > 0 ? Math.min(value, longestMs) : undefined
}
