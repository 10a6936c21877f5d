import { emitWarning, type Warn } from '../options/observer-options.ts'
import { otelObserver } from '../otel-observer.ts'
import { registered } from '../sdk/api-registry.ts'
import { flushAll } from '../sdk/flush.ts'
import { tellCureOnce } from './dynamic-import.ts'
import { cardinalityLimit, metricReaders, traceExporter } from './exporters.ts'
import { checkTelemetryOptions, type Telemetry, type TelemetryOptions } from './options.ts'
import { load } from './peers.ts'
import { resourcePart } from './resource.ts'
import type { NodeSdk, SdkNode } from './sdk.ts'

/** How long `shutdown()` may take. */
const shutdownMs = 5_000

/**
 * Sets up OpenTelemetry for a service: spans and metrics by OTLP over HTTP, or metrics for Prometheus to scrape. Gives
 * the observer that feeds them. Call it before the supervisor is made; where an SDK is registered already, that one is
 * used and nothing is set up.
 *
 * Auto-instrumentation of other libraries needs more: start it with `node --import`, as OpenTelemetry says.
 *
 * @throws {@link MissingPackageError} when an optional package is missing that the options ask for.
 * @throws {@link InvalidOptionError} when an option, or a variable of the environment, makes no sense.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  checkTelemetryOptions(options)
  const { register = true, warn = emitWarning } = options
  const sdk = register ? await startSdk(options, tellCureOnce(warn)) : undefined
  const { tracerProvider, meterProvider } = options.observer ?? {}
  const observer = otelObserver({ warn, cardinalityLimit: cardinalityLimit(options), ...options.observer })
  return {
    observer,
    registered: sdk !== undefined,
    flush: (deadline) => flushAll(tracerProvider, meterProvider, Math.max(0, deadline - Date.now())),
    shutdown: () => stopSdk(sdk),
  }
}

async function startSdk(options: TelemetryOptions, warn: Warn): Promise<NodeSdk | undefined> {
  const found = registered()
  if (found.traces && found.metrics) {
    warn(
      'Runwell: an OpenTelemetry SDK is registered already; it is used, and startTelemetry sets up nothing.',
    )
    return undefined
  }
  if (found.traces || found.metrics) {
    const [there, other] = found.traces ? ['spans', 'metrics'] : ['metrics', 'spans']
    warn(
      `Runwell: an OpenTelemetry SDK for ${there} is registered already; startTelemetry sets up ${other} alone.`,
    )
  }
  const module = await load<SdkNode>('@opentelemetry/sdk-node', 'to set up telemetry')
  const sdk = new module.NodeSDK({
    ...options.sdk,
    ...(await resourcePart(module, options)),
    ...(await tracePart(options, found.traces, warn)),
    ...(await metricPart(module, options, found.metrics, warn)),
  })
  sdk.start()
  return sdk
}

/** An empty list of processors is how NodeSDK is told to leave the tracer provider alone. */
async function tracePart(options: TelemetryOptions, isThere: boolean, warn: Warn): Promise<object> {
  if (isThere) return { spanProcessors: [], contextManager: null, textMapPropagator: null }
  if (options.traces === false) return { spanProcessors: [] }
  const exporter = await traceExporter(options, warn)
  return exporter === undefined ? {} : { traceExporter: exporter }
}

async function metricPart(
  module: SdkNode,
  options: TelemetryOptions,
  isThere: boolean,
  warn: Warn,
): Promise<object> {
  if (isThere) return { metricReaders: [] }
  const readers = await metricReaders(module, options, warn)
  return readers === undefined ? {} : { metricReaders: readers }
}

async function stopSdk(sdk: NodeSdk | undefined): Promise<void> {
  if (sdk === undefined) return
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, shutdownMs)
  })
  await Promise.race([sdk.shutdown().catch(() => {}), deadline]) // a failed export was told by its exporter
  clearTimeout(timer)
}
