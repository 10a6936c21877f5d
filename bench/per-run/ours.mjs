// Runwell with one thing or another added, and what the adapters do written by hand.
import { task } from './task.mjs'

export async function runwell(options = {}, observers = []) {
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

export async function runwellLog() {
  const { logObserver } = await import('@runwell/core')
  const drop = () => {}
  return runwell({}, [logObserver({ debug: drop, info: drop, warn: drop, error: drop })])
}

export async function otel(who, mode) {
  const { SpanStatusCode, ROOT_CONTEXT, context, metrics, trace } = await import('@opentelemetry/api')
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks')
  if (mode !== 'none') {
    const { AlwaysOffSampler, AlwaysOnSampler, BasicTracerProvider } = await import(
      '@opentelemetry/sdk-trace-base'
    )
    const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics')
    // Spans go through a processor that drops them, and nobody collects: exporting is paid elsewhere, in batches.
    const dropping = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} }
    class IdleReader extends MetricReader {
      async onForceFlush() {}
      async onShutdown() {}
    }
    const sampler = mode === 'sampled' ? new AlwaysOnSampler() : new AlwaysOffSampler()
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(new BasicTracerProvider({ sampler, spanProcessors: [dropping] }))
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new IdleReader()] }))
  }
  if (who === 'runwell') {
    const { otelObserver } = await import('@runwell/otel')
    return runwell({}, [otelObserver({ warn() {} })])
  }
  const tracer = trace.getTracer('by-hand')
  const meter = metrics.getMeter('by-hand')
  const runs = meter.createCounter('runs')
  const durations = meter.createHistogram('run.duration', { unit: 's' })
  const outcomeOk = { task: 'task', outcome: 'succeeded' }
  const outcomeBad = { task: 'task', outcome: 'failed' }
  let number = 0
  let previous
  return async () => {
    const began = performance.now()
    const attributes = {
      'task.name': 'task',
      'task.owner': 'app',
      'task.category': 'default',
      'task.priority': 'normal',
      'task.schedule': 'every 1d',
      'task.trigger': 'manual',
      'run.id': `process-${++number}`,
      'run.attempt': 1,
    }
    const links = previous === undefined ? [] : [{ context: previous }]
    const span = tracer.startSpan('run task', { root: true, attributes, links }, ROOT_CONTEXT)
    previous = span.spanContext()
    let outcome = outcomeOk
    try {
      await context.with(trace.setSpan(ROOT_CONTEXT, span), task)
    } catch (error) {
      outcome = outcomeBad
      span.recordException(error)
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.setAttribute('run.outcome', outcome.outcome)
    span.end()
    durations.record((performance.now() - began) / 1000, outcome)
    runs.add(1, outcome)
  }
}

/** The transport drops what it gets. Each traced run is a transaction, which Sentry builds and serialises. */
export async function sentry(who) {
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
