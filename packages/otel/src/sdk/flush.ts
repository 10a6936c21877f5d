import { type MeterProvider, type TracerProvider, trace } from '@opentelemetry/api'
import { registeredLogs } from './api-registry.ts'
import { currentMeterProvider } from './scope.ts'

interface Flushable {
  forceFlush(options?: { readonly timeoutMillis?: number }): Promise<unknown>
}

export async function flushMetrics(given: MeterProvider | undefined, withinMs?: number): Promise<void> {
  await flush(currentMeterProvider(given), withinMs)
}

export function providersInUse(
  tracers: TracerProvider | undefined,
  meters: MeterProvider | undefined,
  withLogs: boolean,
): readonly unknown[] {
  const ofSpansAndMetrics = [delegateOf(tracers ?? trace.getTracerProvider()), currentMeterProvider(meters)]
  return withLogs ? [...ofSpansAndMetrics, registeredLogs()] : ofSpansAndMetrics
}

/** Exports buffered data. Resolves after `withinMs` at the latest. Never rejects. */
export async function flushAll(providers: readonly unknown[], withinMs: number): Promise<void> {
  await Promise.all(providers.map((provider) => flush(provider, withinMs)))
}

async function flush(provider: unknown, withinMs: number | undefined): Promise<void> {
  if (!isFlushable(provider)) return
  const options = withinMs === undefined ? {} : { timeoutMillis: withinMs }
  const sent = Promise.resolve()
    .then(() => provider.forceFlush(options))
    .catch(() => {}) // exporters report their own failures
  if (withinMs === undefined) return void (await sent)

  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, withinMs)
  })
  await Promise.race([sent, deadline])
  clearTimeout(timer)
}

/** The API may return a proxy, which can't be flushed. Returns the provider behind the proxy. */
export function delegateOf(provider: TracerProvider): unknown {
  return 'getDelegate' in provider && typeof provider.getDelegate === 'function'
    ? provider.getDelegate()
    : provider
}

function isFlushable(provider: unknown): provider is Flushable {
  return (
    typeof provider === 'object' &&
    provider !== null &&
    'forceFlush' in provider &&
    typeof provider.forceFlush === 'function'
  )
}
