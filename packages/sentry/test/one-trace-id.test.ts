import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { logObserver, manual, Supervisor } from '@runwell/core'
import { otelObserver, runLogFields } from '@runwell/otel'
import * as Sentry from '@sentry/node'
import { describe, expect, it } from 'vitest'
import { sentryObserver } from '../src/index.ts'

interface Event {
  readonly exception?: { readonly values: readonly { readonly value: string }[] }
  readonly contexts: { readonly trace: { readonly trace_id: string; readonly span_id: string } }
}

function setUp() {
  const exporter = new InMemorySpanExporter()
  const sdk = new NodeSDK({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    metricReaders: [],
    autoDetectResources: false,
  })
  sdk.start()
  const events: Event[] = []
  Sentry.init({
    dsn: 'http://public@127.0.0.1:9/1',
    integrations: [Sentry.openTelemetryIntegration()],
    transport: () => ({
      send: async ([, items]) => {
        for (const [header, payload] of items) if (header.type === 'event') events.push(payload as never)
        return { statusCode: 200 }
      },
      flush: async () => true,
    }),
  })
  return { exporter, events, stop: () => Promise.all([sdk.shutdown(), Sentry.close(2_000)]) }
}

describe('one run', () => {
  it('has the same trace id on its span, log lines, history row and Sentry event', async () => {
    const { exporter, events, stop } = setUp()
    const lines: (Record<string, unknown> & { message: string })[] = []
    const log = (message: string, fields: object) => void lines.push({ message, ...fields })
    const supervisor = new Supervisor({
      observers: [
        otelObserver({ metrics: false }),
        logObserver({ debug: log, info: log, warn: log, error: log }),
        sentryObserver(Sentry),
      ],
    })
    let written: unknown
    const task = supervisor.register({
      name: 'mail',
      schedule: manual(),
      run: async () => {
        await Promise.resolve()
        written = runLogFields()
        throw new TypeError('no mail')
      },
    })
    await supervisor.start()
    await task.trigger()
    await supervisor.stop()
    await Sentry.flush(2_000)

    const span = exporter.getFinishedSpans().find(({ name }) => name === 'run mail')
    const { traceId: trace_id = '', spanId: span_id = '' } = span?.spanContext() ?? {}
    expect(trace_id).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
    const ids = { trace_id, span_id }
    const ended = lines.filter(({ event }) => event === 'run.ended')
    expect(ended).toEqual([expect.objectContaining({ task: 'mail', ...ids })])
    expect(written).toMatchObject(ids)
    expect(task.history().map(({ annotations }) => annotations)).toEqual([expect.objectContaining(ids)])
    expect(events.map(({ exception }) => exception?.values.at(-1)?.value)).toEqual(['no mail'])
    expect(events.map(({ contexts }) => contexts.trace)).toEqual([expect.objectContaining(ids)])
    await stop()
  })
})
