import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
// biome-ignore lint/suspicious/noDeprecatedImports: gives a tracer without another package
import { tracing } from '@opentelemetry/sdk-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OtlpReceiver } from './otlp-receiver.ts'
import { taskOf } from './span-store.ts'

let receiver: OtlpReceiver
beforeEach(async () => {
  receiver = await OtlpReceiver.start()
})
afterEach(() => receiver.close())

describe.each([
  { encoding: 'protobuf', Traces: ProtoTraces, Metrics: ProtoMetrics },
  { encoding: 'json', Traces: JsonTraces, Metrics: JsonMetrics },
] as const)('OtlpReceiver, from the real exporters, as $encoding', ({ encoding, Traces, Metrics }) => {
  it.each(['gzip', 'none'] as const)('reads a trace as a tree (compression %s)', async (compression) => {
    const url = `${receiver.url}/v1/traces`
    const exporter = new Traces({ url, compression: compression as never })
    const provider = new tracing.BasicTracerProvider({
      spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    })
    const tracer = provider.getTracer('test')

    const root = tracer.startSpan('run feeds.poll', {
      attributes: { 'runwell.task.name': 'feeds.poll', attempt: 2, late: true, lag: 0.25, hosts: ['a', 'b'] },
      startTime: new Date(1_700_000_000_000),
    })
    const inner = tracer.startSpan('GET /items', {}, trace.setSpan(ROOT_CONTEXT, root))
    inner.end()
    root.setStatus({ code: SpanStatusCode.ERROR, message: 'upstream said 500' })
    root.end(new Date(1_700_000_000_250))
    await provider.shutdown()

    const tree = receiver.spans.lastTrace()
    const [first] = tree
    expect(tree.map(({ span, depth }) => [depth, span.name])).toEqual([
      [0, 'run feeds.poll'],
      [1, 'GET /items'],
    ])
    expect(first?.span).toMatchObject({
      traceId: root.spanContext().traceId,
      spanId: root.spanContext().spanId,
      parentId: undefined,
      failed: true,
      message: 'upstream said 500',
    })
    expect(first?.span.durationMs).toBeCloseTo(250, 1)
    expect(Object.fromEntries(first?.span.attributes ?? [])).toEqual({
      'runwell.task.name': 'feeds.poll',
      attempt: 2,
      late: true,
      lag: 0.25,
      hosts: ['a', 'b'],
    })
    expect(receiver.spans.byTask).toEqual(new Map([['feeds.poll', 2]]))
    expect(receiver.received.encodings).toEqual(new Set([encoding]))
    expect(first && taskOf(first.span)).toBe('feeds.poll')
  })

  it('reads error rates from counters', async () => {
    const exporter = new Metrics({ url: `${receiver.url}/v1/metrics` })
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const meter = provider.getMeter('test')
    const runs = meter.createCounter('runwell.task.runs')
    const count = (task: string, result: string, value: number) =>
      runs.add(value, { 'runwell.task.name': task, 'runwell.task.run.result': result })

    count('feeds.poll', 'success', 27)
    await provider.forceFlush()
    count('feeds.poll', 'failure', 2)
    count('feeds.poll', 'timeout', 1)
    count('feeds.poll', 'cancellation', 5)
    count('feeds.index', 'success', 4)
    count('chat.live', 'failure', 3)
    meter
      .createGauge('runwell.task.info')
      .record(1, { 'runwell.task.name': 'chat.live', 'runwell.task.schedule.kind': 'loop' })
    meter.createHistogram('runwell.task.run.duration', { unit: 's' }).record(0.2)
    meter.createGauge('depth').record(7.5)
    await provider.shutdown()

    expect(receiver.metrics.errorRates()).toEqual([
      { task: 'feeds.poll', failed: 3, runs: 30 },
      { task: 'feeds.index', failed: 0, runs: 4 },
    ])
    expect(receiver.metrics.size).toEqual({ metrics: 4, series: 9 })
  })
})

describe('OtlpReceiver', () => {
  it.each([
    ['protobuf', 'application/x-protobuf'],
    ['json', 'application/json'],
  ])('refuses invalid data that claims to be %s, and continues', async (_, type) => {
    const response = await fetch(`${receiver.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'x\u0007rubbish',
    })

    expect(response.status).toBe(400)
    expect(receiver.received).toMatchObject({ requests: 0, rejected: 1 })
  })
})
