/** A task that does nothing: what is left is what the candidate costs. */
const task = async () => {}

/**
 * What is measured: one run of a task that does nothing, by each candidate's own documented call, awaited to its end
 * where the candidate lets it be awaited. `lacks` says what a run does not get there; `als` marks those that need
 * AsyncLocalStorage, which makes every await of the process dearer. The modules are imported when asked for, so that
 * no candidate runs in a process that another one has touched.
 */
export const candidates = [
  { id: 'await', label: 'bare await', lacks: 'everything', prepare: () => task },
  {
    id: 'by-hand',
    label: 'by hand: guard, timing, counters, last 100 runs',
    lacks: 'errors by class, timeout, signal, health, events',
    prepare: byHand,
  },
  {
    id: 'toad',
    label: 'toad-scheduler `executeAsync`',
    lacks: 'timing, counters, timeout, signal',
    prepare: toad,
  },
  { id: 'croner', label: 'croner `trigger`', lacks: 'counters, history, timeout, signal', prepare: croner },
  {
    id: 'node-schedule',
    label: 'node-schedule `invoke`',
    lacks: 'awaiting the run; timing, timeout, signal',
    prepare: nodeSchedule,
  },
  {
    id: 'cron',
    label: 'cron `fireOnTick` (`waitForCompletion`)',
    lacks: 'timing, counters, timeout, signal',
    prepare: cron,
  },
  { id: 'node-cron', label: 'node-cron `execute`', lacks: 'timeout, signal, percentiles', prepare: nodeCron },
  {
    id: 'cockatiel',
    label: 'cockatiel retry',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('retry'),
  },
  {
    id: 'cockatiel-timeout',
    label: 'cockatiel timeout',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('timeout'),
  },
  {
    id: 'cockatiel-all',
    label: 'cockatiel retry, breaker, timeout',
    lacks: 'schedule, timing, counters',
    prepare: () => cockatiel('all'),
  },
  { id: 'p-queue', label: 'p-queue `add`', lacks: 'schedule, timing, counters', prepare: pQueue },
  {
    id: 'prom-client',
    label: 'prom-client histogram and counter around the call',
    lacks: 'all but numbers',
    prepare: promClient,
  },
  {
    id: 'effect',
    label: 'effect `runPromise`',
    lacks: 'schedule, timing, counters',
    prepare: () => effect('plain'),
  },
  {
    id: 'effect-span',
    label: 'effect `runPromise`, retry, `withSpan` (no tracer)',
    lacks: 'schedule, counters',
    prepare: () => effect('span'),
  },
  { id: 'runwell', label: 'Runwell `trigger`', lacks: '', prepare: () => runwell() },
  {
    id: 'runwell-timeout',
    label: 'Runwell, with a timeout',
    lacks: '',
    prepare: () => runwell({ timeout: '30s' }),
  },
  {
    id: 'runwell-signal',
    label: 'Runwell, signal read',
    lacks: '',
    prepare: () => runwell({ run: async ({ signal }) => void signal }),
  },
  {
    id: 'runwell-controller',
    label: 'Runwell, the function makes an AbortController itself',
    lacks: '',
    prepare: () => runwell({ run: async () => void new AbortController().signal }),
  },
  {
    id: 'runwell-log',
    label: 'Runwell with `logObserver` (logger that drops)',
    lacks: '',
    prepare: runwellLog,
  },
  {
    id: 'await-als',
    als: true,
    label: 'bare await, AsyncLocalStorage in use',
    lacks: 'everything',
    prepare: alsAwait,
  },
  {
    id: 'otel-by-hand',
    als: true,
    label: 'OpenTelemetry by hand: root span, counter, histogram (sampled)',
    lacks: 'everything but telemetry',
    prepare: () => otel('by-hand', 'sampled'),
  },
  {
    id: 'otel-no-sdk',
    als: true,
    label: 'Runwell with `otelObserver`, no SDK',
    lacks: '',
    prepare: () => otel('runwell', 'none'),
  },
  {
    id: 'otel-unsampled',
    als: true,
    label: 'Runwell with `otelObserver`, unsampled',
    lacks: '',
    prepare: () => otel('runwell', 'unsampled'),
  },
  {
    id: 'otel-sampled',
    als: true,
    label: 'Runwell with `otelObserver`, sampled, metrics',
    lacks: '',
    prepare: () => otel('runwell', 'sampled'),
  },
  {
    id: 'sentry',
    als: true,
    label: 'Runwell with `sentryObserver` (transport that drops)',
    lacks: '',
    prepare: sentry,
  },
]

function byHand() {
  const ring = new Array(100)
  const state = { busy: false, runs: 0, failures: 0, skipped: 0, last: 0, totalMs: 0 }
  return async () => {
    if (state.busy) {
      state.skipped++
      return
    }
    state.busy = true
    const began = performance.now()
    let ok = true
    try {
      await task()
    } catch {
      ok = false
      state.failures++
    } finally {
      const tookMs = performance.now() - began
      state.busy = false
      state.last = Date.now()
      state.totalMs += tookMs
      ring[state.runs++ % 100] = { at: state.last, tookMs, ok }
    }
  }
}

async function toad() {
  const { AsyncTask, SimpleIntervalJob } = await import('toad-scheduler')
  const job = new SimpleIntervalJob({ hours: 1 }, new AsyncTask('task', task), { preventOverrun: true })
  return () => job.executeAsync()
}

async function croner() {
  const { Cron } = await import('croner')
  const job = new Cron('0 0 1 1 *', { protect: true, catch: true }, task)
  return () => job.trigger()
}

async function nodeSchedule() {
  const { default: schedule } = await import('node-schedule')
  const job = schedule.scheduleJob('0 0 1 1 *', task)
  return () => job.invoke()
}

async function cron() {
  const { CronJob } = await import('cron')
  const job = CronJob.from({
    cronTime: '0 0 1 1 *',
    onTick: task,
    waitForCompletion: true,
    errorHandler() {},
  })
  return () => job.fireOnTick()
}

async function nodeCron() {
  const { default: nodeCron } = await import('node-cron')
  const job = nodeCron.schedule('0 0 1 1 *', task, { noOverlap: true })
  return () => job.execute()
}

async function cockatiel(what) {
  const {
    ConsecutiveBreaker,
    ExponentialBackoff,
    TimeoutStrategy,
    circuitBreaker,
    handleAll,
    retry,
    timeout,
    wrap,
  } = await import('cockatiel')
  const retrying = retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() })
  const limited = timeout(30_000, TimeoutStrategy.Aggressive)
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) })
  const policies = { retry: retrying, timeout: limited, all: wrap(retrying, breaker, limited) }
  return () => policies[what].execute(task)
}

async function pQueue() {
  const { default: PQueue } = await import('p-queue')
  const queue = new PQueue({ concurrency: 1 })
  return () => queue.add(task)
}

async function promClient() {
  const { Counter, Histogram } = await import('prom-client')
  const duration = new Histogram({
    name: 'run_duration_seconds',
    help: 'runs',
    labelNames: ['task', 'outcome'],
  })
  const total = new Counter({ name: 'runs_total', help: 'runs', labelNames: ['task', 'outcome'] })
  return async () => {
    const end = duration.startTimer({ task: 'task' })
    let outcome = 'succeeded'
    try {
      await task()
    } catch {
      outcome = 'failed'
    }
    end({ outcome })
    total.inc({ task: 'task', outcome })
  }
}

async function effect(what) {
  const { Effect } = await import('effect')
  const plain = Effect.promise(task)
  const span = Effect.tryPromise(task).pipe(Effect.retry({ times: 3 }), Effect.withSpan('run task'))
  const program = what === 'plain' ? plain : span
  return () => Effect.runPromise(program)
}

async function runwell(options = {}, observers = []) {
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

async function runwellLog() {
  const { logObserver } = await import('@runwell/core')
  const drop = () => {}
  return runwell({}, [logObserver({ debug: drop, info: drop, warn: drop, error: drop })])
}

async function alsAwait() {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  const storage = new AsyncLocalStorage()
  // One live store is enough: from here on Node 20 follows each promise of the process.
  storage.enterWith({ request: 1 })
  return task
}

async function otel(who, mode) {
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
  return async () => {
    const began = performance.now()
    const attributes = { 'task.name': 'task', 'task.trigger': 'manual', 'task.owner': 'app', 'run.id': 'r1' }
    const span = tracer.startSpan('run task', { root: true, attributes }, ROOT_CONTEXT)
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

async function sentry() {
  const Sentry = await import('@sentry/node')
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    environment: 'production',
    tracesSampleRate: 1,
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  })
  const { sentryObserver } = await import('@runwell/sentry')
  return runwell({}, [sentryObserver(Sentry, { onWarning() {} })])
}
