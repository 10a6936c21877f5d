import { type MeterProvider, type TracerProvider, trace } from '@opentelemetry/api'
import { currentMeterProvider } from './scope.ts'

/** What the providers of an SDK have and those of the API have not. */
interface Flushable {
  forceFlush(options?: { readonly timeoutMillis?: number }): Promise<unknown>
}

/** Sends the metrics that are known now. Never rejects. */
export async function flushMetrics(given: MeterProvider | undefined, withinMs?: number): Promise<void> {
  await flush(currentMeterProvider(given), withinMs)
}

/** Sends all spans that have ended and the metrics that are known now. Gives up after `withinMs`. Never rejects. */
export async function flushAll(
  tracers: TracerProvider | undefined,
  meters: MeterProvider | undefined,
  withinMs: number,
): Promise<void> {
  await Promise.all([
    flush(delegateOf(tracers ?? trace.getTracerProvider()), withinMs),
    flushMetrics(meters, withinMs),
  ])
}

async function flush(provider: unknown, withinMs: number | undefined): Promise<void> {
  if (!isFlushable(provider)) return
  const options = withinMs === undefined ? {} : { timeoutMillis: withinMs }
  const sent = Promise.resolve()
    .then(() => provider.forceFlush(options))
    .catch(() => {}) // the exporter has its own way to tell; here there is nobody to tell
  if (withinMs === undefined) return void (await sent)

  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, withinMs)
  })
  await Promise.race([sent, deadline])
  clearTimeout(timer)
}

/** The API hands out a proxy, and what can be flushed stands behind it. */
function delegateOf(provider: TracerProvider): unknown {
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
