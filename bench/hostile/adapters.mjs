import { errorOfClass, longError, oddThings } from './errors.mjs'
import { allFailed, stage, task } from './stage.mjs'

const makers = Object.values(oddThings)

async function failing(runs, observer, make) {
  const { supervisor, heard } = await stage({ observers: [observer] })
  let number = 0
  const handle = task(supervisor, async () => {
    throw make(number++)
  })
  for (let run = 0; run < runs; run++) await handle.trigger()
  return { supervisor, heard, done: allFailed(runs) }
}

async function otel() {
  const { otelObserver } = await import('@runwell/otel')
  const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics')
  const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base')
  class ManualReader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const spans = { begun: 0, ended: 0 }
  const dropping = {
    onStart: () => void spans.begun++,
    onEnd: () => void spans.ended++,
    async forceFlush() {},
    async shutdown() {},
  }
  const reader = new ManualReader()
  const observer = otelObserver({
    meterProvider: new MeterProvider({ readers: [reader] }),
    tracerProvider: new BasicTracerProvider({ spanProcessors: [dropping] }),
    exportAtStart: false,
    onWarning() {},
  })
  const seriesOf = async () => {
    await reader.collect()
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ dataPoints }) => dataPoints),
    ).length
  }
  return { observer, spans, seriesOf }
}

async function sentry(options) {
  const Sentry = await import('@sentry/node')
  const { sentryObserver } = await import('@runwell/sentry')
  let sent = 0
  const send = async () => {
    sent++
    return {}
  }
  Sentry.init({ dsn: 'https://key@sentry.invalid/1', transport: () => ({ send, flush: async () => true }) })
  return {
    observer: sentryObserver(Sentry, { onWarning() {}, ...options }),
    flush: () => Sentry.flush(5_000),
    sentOf: () => sent,
  }
}

function withOtel(runs, make) {
  return async () => {
    const { observer, spans, seriesOf } = await otel()
    return async () => {
      const played = await failing(runs, observer, make)
      const series = await seriesOf()
      return {
        ...played,
        notes: () => ({
          'spans begun': spans.begun,
          'spans ended': spans.ended,
          series,
          'faults told': played.heard.observerFailed,
        }),
      }
    }
  }
}

function withSentry(runs, make, options) {
  return async () => {
    const { observer, flush, sentOf } = await sentry(options)
    return async () => {
      const played = await failing(runs, observer, make)
      await flush()
      return { ...played, notes: () => ({ sent: sentOf(), 'faults told': played.heard.observerFailed }) }
    }
  }
}

export const adapters = [
  {
    id: 'otel-classes',
    label: '`otelObserver`: 100,000 classes of errors',
    prepare: (scale) => withOtel(100_000 * scale, errorOfClass)(),
  },
  {
    id: 'otel-odd',
    label: '`otelObserver`: what should not be thrown, and messages of 10 MB',
    prepare: (scale) =>
      withOtel(makers.length * 20 * scale, (number) =>
        number % 10 === 0 ? longError(10, number) : makers[number % makers.length](),
      )(),
  },
  {
    id: 'sentry-classes',
    label: "`sentryObserver` with `report: 'every'`: 100,000 classes of errors",
    prepare: (scale) => withSentry(100_000 * scale, errorOfClass, { report: 'every' })(),
  },
  {
    id: 'sentry-odd',
    // Sentry keeps the last event that it was given, to tell it from the next one.
    mostMb: 40,
    label: "`sentryObserver` with `report: 'every'`: what should not be thrown, and messages of 10 MB",
    prepare: (scale) =>
      withSentry(
        makers.length * 20 * scale,
        (number) => (number % 10 === 0 ? longError(10, number) : makers[number % makers.length]()),
        { report: 'every' },
      )(),
  },
]
