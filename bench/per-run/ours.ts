// Runwell without and with its observers, and hand-written code that does the same as its adapters.
import type { Attributes, Link, SpanContext } from '@opentelemetry/api'
import type { Observer, TaskOptions } from '@runwell/core'
import { type Call, task } from './task.ts'

export async function runwell(
  options: Partial<TaskOptions> = {},
  observers: readonly Observer[] = [],
): Promise<Call> {
  const { Supervisor, every } = await import('@runwell/core')
  const supervisor = new Supervisor({ observers })
  const handle = supervisor.register({
    name: 'task',
    schedule: every('1d', { anchor: 'start', first: 'after-period' }),
    run: task,
    ...options,
  })
  await supervisor.start()
  return () => handle.trigger()
}

export async function runwellLog(): Promise<Call> {
  const { logObserver } = await import('@runwell/core')
  const drop = () => {}
  return runwell({}, [logObserver({ debug: drop, info: drop, warn: drop, error: drop })])
}

export async function otel(
  who: 'by-hand' | 'runwell',
  mode: 'none' | 'sampled' | 'unsampled',
): Promise<Call> {
  if (mode !== 'none') await registerSdk(mode)
  if (who === 'by-hand') return byHandOtel()
  const { otelObserver } = await import('@runwell/otel')
  return runwell({}, [otelObserver({ onWarning() {} })])
}

let registering: Promise<void> | undefined

function registerSdk(mode: 'sampled' | 'unsampled'): Promise<void> {
  registering ??= (async () => {
    const { context, metrics, trace } = await import('@opentelemetry/api')
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks')
    const { AlwaysOffSampler, AlwaysOnSampler, BasicTracerProvider } = await import(
      '@opentelemetry/sdk-trace-base'
    )
    const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics')
    const dropping = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} }
    class IdleReader extends MetricReader {
      protected override async onForceFlush() {}
      protected override async onShutdown() {}
    }
    const sampler = mode === 'sampled' ? new AlwaysOnSampler() : new AlwaysOffSampler()
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new BasicTracerProvider({ sampler, spanProcessors: [dropping] }))
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new IdleReader()] }))
  })()
  return registering
}

async function byHandOtel(): Promise<Call> {
  const { SpanStatusCode, ROOT_CONTEXT, context, metrics, trace } = await import('@opentelemetry/api')
  const tracer = trace.getTracer('by-hand')
  const meter = metrics.getMeter('by-hand')
  const runs = meter.createCounter('runs')
  const durations = meter.createHistogram('run.duration', { unit: 's' })
  const success = { 'runwell.task.name': 'task', 'runwell.task.run.result': 'success' }
  const failure = { 'runwell.task.name': 'task', 'runwell.task.run.result': 'failure' }
  const first = tracer.startSpan('supervisor', { root: true })
  first.end()
  const supervisor = { context: first.spanContext(), attributes: { 'runwell.link.type': 'supervisor' } }
  let number = 0
  let isRunning = false
  let lastSpan: SpanContext | undefined
  let lastResult = 'success'
  return async () => {
    if (isRunning) return
    isRunning = true
    const began = performance.now()
    const attributes: Attributes = {
      'runwell.task.name': 'task',
      'runwell.task.owner': 'app',
      'runwell.task.category': 'default',
      'runwell.task.priority': 'normal',
      'runwell.task.schedule': 'every 1d',
      'runwell.task.run.id': `process-${++number}`,
      'runwell.task.trigger': 'manual',
      'runwell.task.run.attempt': 1,
      'runwell.task.run.previous_result': lastResult,
      'runwell.task.health.state': 'healthy',
    }
    const links: Link[] = [supervisor]
    if (lastSpan) links.push({ context: lastSpan, attributes: { 'runwell.link.type': 'previous_run' } })
    const span = tracer.startSpan('run task', { root: true, attributes, links }, ROOT_CONTEXT)
    let labels = success
    try {
      await context.with(trace.setSpan(ROOT_CONTEXT, span), task)
    } catch (error) {
      labels = failure
      span.recordException(error instanceof Error ? error : String(error))
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    lastSpan = span.spanContext()
    lastResult = labels['runwell.task.run.result']
    span.setAttribute('runwell.task.run.result', lastResult)
    span.end()
    durations.record((performance.now() - began) / 1000, labels)
    runs.add(1, labels)
    isRunning = false
  }
}

/** The transport drops all data. Sentry still builds a transaction for each traced run. */
export async function sentry(who: 'by-hand' | 'runwell' | 'untraced'): Promise<Call> {
  const Sentry = await import('@sentry/node')
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    environment: 'production',
    ...(who === 'untraced' ? {} : { tracesSampleRate: 1 }),
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  })
  if (who === 'by-hand') {
    const span = { name: 'run task', op: 'run', parentSpan: null, forceTransaction: true }
    return () => Sentry.withIsolationScope(() => Sentry.startSpan(span, task))
  }
  const { sentryObserver } = await import('@runwell/sentry')
  return runwell({}, [sentryObserver(Sentry, { onWarning() {} })])
}
