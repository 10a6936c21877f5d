import type { Observer } from '@runwell/core'
import { warningsTo } from '@runwell/core/adapter'
import type { Warn } from '../options/observer-options.ts'
import { otelObserver } from '../otel-observer.ts'
import { registered, registeredLogs, registering } from '../sdk/api-registry.ts'
import { wasEverAttached } from '../sdk/attached-observers.ts'
import { flushAll, providersInUse } from '../sdk/flush.ts'
import { atOnce, stopsInProgress } from '../sdk/shutdown-order.ts'
import { usesLogs } from '../spans/exceptions.ts'
import { warnOfImportOnce } from './dynamic-import.ts'
import { cardinalityLimit, metricReaders, traceExporter } from './exporters.ts'
import { logEnvironment, watchLogExporters } from './log-exporter.ts'
import { checkTelemetryOptions, type Telemetry, type TelemetryOptions } from './options.ts'
import { FlushState } from './otlp-internals.ts'
import { load } from './peers.ts'
import { resourcePart } from './resource.ts'
import type { NodeSdk, SdkNode } from './sdk.ts'
import { Undelivered } from './undelivered.ts'

interface StartedSdk {
  readonly sdk: NodeSdk
  readonly undelivered: Undelivered
  readonly unregister: () => void
}

/**
 * With the SDK's default of 2,048 spans, many short runs fill the queue within a second. Further spans would be
 * dropped.
 */
const queueSize = '16384'

const shutdownMs = 5_000

/** Longer than a service usually needs from this call to its supervisor, for example to connect to its database. */
const forgottenAfterMs = 60_000

/**
 * Sets up OpenTelemetry for a service: spans, metrics and log records by OTLP over HTTP. Call this function before
 * you create the supervisor, and pass the returned observer to the supervisor. An SDK that is already registered for
 * spans or metrics is not replaced.
 *
 * Load auto-instrumentation of other libraries with `node --import`, as OpenTelemetry describes.
 *
 * @throws {@link MissingPackageError} if the options require an optional package that is not installed.
 * @throws {@link InvalidOptionError} if an option or an environment variable is invalid.
 * @throws an error if the endpoint for Prometheus can't listen. In a worker of a cluster, a port that is in use
 * causes only a warning.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  checkTelemetryOptions(options)
  const flushes = new FlushState()
  const { register = true } = options
  const onWarning = warningsTo(options.onWarning)
  const sdk =
    register && !isSdkDisabled() ? await startSdk(options, flushes, warnOfImportOnce(onWarning)) : undefined
  const { tracerProvider, meterProvider } = options.observer ?? {}
  const inner = otelObserver({
    onWarning,
    cardinalityLimit: cardinalityLimit(options),
    ...options.observer,
  })
  const flushAndReport = async (flush: () => Promise<unknown>): Promise<void> => {
    const flushing = () => flushes.during(flush)
    await (sdk === undefined ? flushing() : sdk.undelivered.during(flushing))
  }
  const reminder = sdk === undefined ? undefined : remindOfObserver(onWarning)
  const observer: Observer = {
    ...inner,
    flush: (deadline) => flushAndReport(async () => inner.flush?.(deadline)),
  }
  return {
    observer,
    registered: sdk !== undefined,
    flush: (deadline) =>
      flushAndReport(() => {
        const providers = providersInUse(tracerProvider, meterProvider, usesLogs(options.observer ?? {}))
        return flushAll(providers, Math.max(0, deadline - Date.now()))
      }),
    async shutdown() {
      clearTimeout(reminder)
      await flushAndReport(() => stopSdk(sdk))
      sdk?.undelivered.close()
    },
  }
}

/**
 * Without a supervisor that uses an observer, the SDK exports nothing about any task, and nothing else would say so. It
 * can also be the observer of another call of `otelObserver()`, because that observer finds the registered SDK.
 */
function remindOfObserver(warn: Warn): NodeJS.Timeout {
  const remind = (): void => {
    if (wasEverAttached()) return
    warn(
      'Runwell: no supervisor has used the observer of startTelemetry() for 60 s, so the exported telemetry contains no task. Pass it: new Supervisor({ observers: [telemetry.observer] }).',
    )
  }
  const timer = setTimeout(remind, forgottenAfterMs)
  timer.unref?.() // jsdom returns a number, which has no unref()
  return timer
}

/** If this variable is `true`, NodeSDK registers nothing. */
function isSdkDisabled(): boolean {
  return process.env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true'
}

async function startSdk(
  options: TelemetryOptions,
  flushes: FlushState,
  warn: Warn,
): Promise<StartedSdk | undefined> {
  const found = registered()
  if (found.traces && found.metrics) {
    warn(
      'Runwell: an OpenTelemetry SDK is already registered, so startTelemetry uses it and sets up nothing.',
    )
    return undefined
  }
  if (found.traces || found.metrics) {
    const [there, other] = found.traces ? ['spans', 'metrics'] : ['metrics', 'spans']
    warn(
      `Runwell: an OpenTelemetry SDK for ${there} is already registered, so startTelemetry sets up only ${other}.`,
    )
  }
  const module = await load<SdkNode>('@opentelemetry/sdk-node', 'to set up telemetry')
  const undelivered = new Undelivered(warn)
  const sdk = new module.NodeSDK({
    ...options.sdk,
    ...(await resourcePart(module, options)),
    ...(await tracePart(options, found.traces, flushes, undelivered, warn)),
    ...(await metricPart(module, options, found.metrics, flushes, undelivered, warn)),
  })
  const before = registeredLogs()
  const unregister = registering(() => withEnvironment(sdkEnvironment(options), () => sdk.start()))
  const logs = registeredLogs()
  if (logs !== before) watchLogExporters(logs, options, flushes, undelivered, warn)
  undelivered.watchExit()
  return { sdk, undelivered, unregister }
}

/** NodeSDK has no options for these settings. It reads the variables when it starts. */
function sdkEnvironment(options: TelemetryOptions): Readonly<Record<string, string>> {
  const name = 'OTEL_BSP_MAX_QUEUE_SIZE'
  const ofSpans = process.env[name] === undefined ? { [name]: queueSize } : {}
  return { ...ofSpans, ...logEnvironment(options) }
}

function withEnvironment(variables: Readonly<Record<string, string>>, start: () => void): void {
  const names = Object.keys(variables)
  const before = names.map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    start()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

/**
 * An empty list of processors is returned if spans are off, or if an SDK for spans is already registered. With an
 * empty list, NodeSDK registers no tracer provider.
 */
async function tracePart(
  options: TelemetryOptions,
  isThere: boolean,
  flushes: FlushState,
  undelivered: Undelivered,
  warn: Warn,
): Promise<object> {
  if (isThere) return { spanProcessors: [], contextManager: null, textMapPropagator: null }
  if (options.traces === false) return { spanProcessors: [] }
  const exporter = await traceExporter(options, flushes, undelivered, warn)
  return exporter === undefined ? {} : { traceExporter: exporter }
}

async function metricPart(
  module: SdkNode,
  options: TelemetryOptions,
  isThere: boolean,
  flushes: FlushState,
  undelivered: Undelivered,
  warn: Warn,
): Promise<object> {
  if (isThere) return { metricReaders: [] }
  const readers = await metricReaders(module, options, flushes, undelivered, warn)
  return readers === undefined ? {} : { metricReaders: readers }
}

async function stopSdk(started: StartedSdk | undefined): Promise<void> {
  if (started === undefined) return
  await stopsInProgress()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, shutdownMs)
  })
  await Promise.race([atOnce(() => started.sdk.shutdown()).catch(() => {}), deadline]) // exporters report their own failures
  clearTimeout(timer)
  started.unregister()
}
