import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { type OtelObserverOptions, otelObserver } from '../index.ts'
import { exceptionSignal } from './exceptions.ts'

let sdk: MemorySdk
let records: InMemoryLogRecordExporter

beforeEach(() => {
  sdk = new MemorySdk().register()
  records = new InMemoryLogRecordExporter()
  const processors = [new SimpleLogRecordProcessor({ exporter: records })]
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
})
afterEach(() => {
  unregisterAll()
  logs.disable()
})

async function failedRun(exceptions: OtelObserverOptions['exceptions']): Promise<void> {
  const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, exceptions }))
  const run = supervisor.run(supervisor.register(new FakeTask('mail')))
  run.end('failed', new TypeError('no mail'))
}

describe('the exception of a failed run', () => {
  it('is a span event by default', async () => {
    await failedRun(undefined)

    const [event] = sdk.span('run mail').events
    expect(event?.name).toBe('exception')
    expect(event?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no mail' })
    expect(records.getFinishedLogRecords()).toEqual([])
  })

  it('is a log record in the context of the span with exceptions: log', async () => {
    await failedRun('log')

    const span = sdk.span('run mail')
    expect(span.events).toEqual([])
    const [record] = records.getFinishedLogRecords()
    expect(record?.eventName).toBe('run.exception')
    expect(record?.severityNumber).toBe(17)
    expect(record?.spanContext?.traceId).toBe(span.spanContext().traceId)
    expect(record?.attributes).toMatchObject({
      'runwell.task.name': 'mail',
      'exception.type': 'TypeError',
      'exception.message': 'no mail',
    })
  })

  it('is both with exceptions: both', async () => {
    await failedRun('both')

    expect(sdk.span('run mail').events).toHaveLength(1)
    expect(records.getFinishedLogRecords()).toHaveLength(1)
  })
})

describe('the signal that the environment selects', () => {
  it.each([
    [undefined, 'span'],
    ['', 'span'],
    ['http', 'span'],
    ['logs', 'log'],
    ['http, logs', 'log'],
    ['logs/dup', 'both'],
  ])('OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN=%s is %s', (value, signal) => {
    expect(exceptionSignal({ OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: value })).toBe(signal)
  })
})
