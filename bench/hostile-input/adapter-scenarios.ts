import type { Observer } from '@runwell/core'
import { errorOfClass, longError, unusualKinds, unusualThrown } from './errors.ts'
import { allFailed, manualTask, type Play, type Scenario, supervised } from './supervised.ts'

type Make = (number: number) => unknown

async function failing(runs: number, observer: Observer, make: Make) {
  const { supervisor, heard } = await supervised({ observers: [observer] })
  let number = 0
  const handle = manualTask(supervisor, async () => {
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
    protected override async onForceFlush() {}
    protected override async onShutdown() {}
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
    const { scopeMetrics } = resourceMetrics
    const metrics = scopeMetrics.flatMap((scope) => scope.metrics)
    return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0)
  }
  return { observer, spans, seriesOf }
}

async function sentry(options: { readonly report?: 'every' }) {
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

async function withOtel(runs: number, make: Make): Promise<Play> {
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
        'observer failures': played.heard.observerFailed,
      }),
    }
  }
}

async function withSentry(runs: number, make: Make, options: { readonly report?: 'every' }): Promise<Play> {
  const { observer, flush, sentOf } = await sentry(options)
  return async () => {
    const played = await failing(runs, observer, make)
    await flush()
    return { ...played, notes: () => ({ sent: sentOf(), 'observer failures': played.heard.observerFailed }) }
  }
}

export const adapterScenarios: readonly Scenario[] = [
  {
    id: 'otel-classes',
    label: '`otelObserver`: 100,000 classes of errors',
    prepare: (scale) => withOtel(100_000 * scale, errorOfClass),
  },
  {
    id: 'otel-odd',
    label: '`otelObserver`: unusual thrown values, and messages of 10 MB',
    prepare: (scale) =>
      withOtel(unusualKinds * 20 * scale, (number) =>
        number % 10 === 0 ? longError(10, number) : unusualThrown(number),
      ),
  },
  {
    id: 'sentry-classes',
    label: "`sentryObserver` with `report: 'every'`: 100,000 classes of errors",
    prepare: (scale) => withSentry(100_000 * scale, errorOfClass, { report: 'every' }),
  },
  {
    id: 'sentry-odd',
    // Sentry keeps the last event, whose message may be 10 MB long.
    maxMb: 40,
    label: "`sentryObserver` with `report: 'every'`: unusual thrown values, and messages of 10 MB",
    prepare: (scale) =>
      withSentry(
        unusualKinds * 20 * scale,
        (number) => (number % 10 === 0 ? longError(10, number) : unusualThrown(number)),
        { report: 'every' },
      ),
  },
]
