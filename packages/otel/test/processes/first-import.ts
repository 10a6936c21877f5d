/** Prints whether a run is in the trace of the span in which core was first imported. */
import { trace } from '@opentelemetry/api'
import { MemorySdk } from '../memory-sdk.ts'

const sdk = new MemorySdk().register()
const observed = process.argv[2] === 'observed'

const request = trace.getTracer('http').startActiveSpan('GET /', async (span) => {
  const core = await import('@runwell/core')
  const { otelObserver } = await import('../../src/index.ts')
  span.end()
  return { core, otelObserver, traceId: span.spanContext().traceId }
})
const { core, otelObserver, traceId } = await request

const seen: (string | undefined)[] = []
const supervisor = new core.Supervisor({ observers: observed ? [otelObserver({ metrics: false })] : [] })
supervisor.register({
  name: 'mail',
  schedule: core.every('1h', { immediate: true }),
  run: async () => {
    await Promise.resolve()
    seen.push(trace.getActiveSpan()?.spanContext().traceId)
    trace.getTracer('db').startSpan('query').end()
  },
})
await supervisor.start()
await new Promise((resolve) => setTimeout(resolve, 50))
await supervisor.stop()
const parentOf = (name: string) => sdk.span(name).parentSpanContext?.traceId
process.stdout.write(
  JSON.stringify({
    isInTraceOfRequest: seen.map((each) => each === traceId),
    isInASpan: seen.map((each) => each !== undefined),
    isQueryInTraceOfRequest: parentOf('query') === traceId,
  }),
)
