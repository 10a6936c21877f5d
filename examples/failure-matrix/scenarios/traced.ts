import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import type { Scenario } from '../scenario.ts'
import { until } from '../waiting.ts'

interface Facts {
  readonly runs: number
  /** Distinct traces that the spans of these runs are in. */
  readonly traces: number
  /** How many of the runs are in the trace of whoever started the task. */
  readonly inherited: number
}

export const traced: Scenario<Facts> = {
  id: 'traced',
  title: 'started inside a span',
  what: 'A task each second, started while a span is active (a request, a command), whose function starts a span of its own. Watched for three runs.',
  async act(candidate) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new BasicTracerProvider())
    const tracer = trace.getTracer('failure-matrix')
    const seen: string[] = []
    const starter = tracer.startSpan('request')
    context.with(trace.setSpan(context.active(), starter), () => {
      candidate.everySecond(() => {
        const span = tracer.startSpan('work')
        seen.push(span.spanContext().traceId)
        span.end()
        return Promise.resolve()
      })
    })
    starter.end()
    await until(() => seen.length >= 3, 5_000)
    const { traceId } = starter.spanContext()
    return {
      runs: seen.length,
      traces: new Set(seen).size,
      inherited: seen.filter((id) => id === traceId).length,
    }
  },
  cell({ facts }) {
    if (facts === null) return 'the process dies'
    const { runs, traces, inherited } = facts
    if (inherited === runs) return `all ${runs} runs in the trace of the starter`
    return `${traces} traces for ${runs} runs`
  },
}
