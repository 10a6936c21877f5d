import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import type { Scenario } from '../scenario.ts'
import { until } from '../waiting.ts'

interface Facts {
  readonly runs: number
  readonly traces: number
  /** How many runs were in the trace of the code that started the task. */
  readonly inherited: number
}

export const traced: Scenario<Facts> = {
  id: 'traced',
  title: 'a task is started inside a span',
  what: 'A task that runs every second is started while a span is active, for example that of a request. Each run starts a new span. Observed for three runs.',
  async act(candidate) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new BasicTracerProvider())
    const tracer = trace.getTracer('failure-matrix')
    const traceIds: string[] = []
    const starter = tracer.startSpan('request')
    context.with(trace.setSpan(context.active(), starter), () => {
      candidate.everySecond(() => {
        const span = tracer.startSpan('work')
        traceIds.push(span.spanContext().traceId)
        span.end()
        return Promise.resolve()
      })
    })
    starter.end()
    await until(() => traceIds.length >= 3, 5_000)
    const { traceId } = starter.spanContext()
    return {
      runs: traceIds.length,
      traces: new Set(traceIds).size,
      inherited: traceIds.filter((id) => id === traceId).length,
    }
  },
  cell({ facts }) {
    if (facts === null) return 'the process exits'
    const { runs, traces, inherited } = facts
    if (inherited === runs) return `all ${runs} runs in the trace of the request`
    return `${traces} traces for ${runs} runs`
  },
}
