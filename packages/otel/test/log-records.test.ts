import { logs } from '@opentelemetry/api-logs'
import { manual, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
// These imports can take seconds, which would count as time of the first test.
import '@opentelemetry/exporter-metrics-otlp-http'
import '@opentelemetry/exporter-trace-otlp-http'
import '@opentelemetry/sdk-node'
import { startTelemetry, type TelemetryOptions } from '../src/node/index.ts'
import { registeredLogs } from '../src/sdk/api-registry.ts'
import { unregisterAll } from './memory-sdk.ts'
import { OtlpReceiver } from './processes/otlp-receiver.ts'
import { receiver } from './processes/run-service.ts'

afterEach(() => {
  unregisterAll()
  logs.disable()
  vi.unstubAllEnvs()
})

async function start(options: Partial<TelemetryOptions>) {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  const telemetry = await startTelemetry({
    serviceName: 'shop',
    protocol: 'http/json',
    metrics: false,
    onWarning,
    ...options,
  })
  onTestFinished(() => telemetry.shutdown())
  return { telemetry, warnings, flush: () => telemetry.flush(Date.now() + 4_000) }
}

describe('log records of startTelemetry', () => {
  it('report a long run before its span is exported, to the same endpoint', async () => {
    const otlp = await receiver(onTestFinished)
    const { telemetry, warnings, flush } = await start({ endpoint: otlp.endpoint })
    const clock = new VirtualClock()
    const supervisor = new Supervisor({ clock, seed: 7, monitor: '5s', observers: [telemetry.observer] })
    const task = supervisor.register({
      name: 'export',
      schedule: manual(),
      run: ({ sleep }) => sleep('1h'),
    })
    await supervisor.start()
    void task.trigger()
    await clock.advance('20s')
    await flush()

    const [started] = otlp.logRecords()
    expect(started).toMatchObject({
      eventName: 'run.started',
      traceId: task.active()[0]?.annotations?.['trace_id'],
      resource: { 'service.name': 'shop' },
    })
    expect(otlp.spans().map(({ name }) => name)).not.toContain('run export')

    await clock.advance('1h')
    await flush()
    const names = otlp.logRecords().map(({ eventName }) => eventName)
    expect(names[0]).toBe('run.started')
    expect(names.slice(1, -1)).toEqual(Array(59).fill('run.progress'))
    expect(names.at(-1)).toBe('run.ended')
    expect(otlp.spans().find(({ name }) => name === 'run export')?.traceId).toBe(started?.traceId)
    expect(warnings).toEqual([])
  })

  it('go to the endpoint that the environment sets for log records, and the environment stays as it was', async () => {
    const [otlp, ofLogs] = [await receiver(onTestFinished), await receiver(onTestFinished)]
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', otlp.endpoint)
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', `${ofLogs.endpoint}/v1/logs`)
    const before = { ...process.env }
    const { flush } = await start({})
    expect(process.env).toEqual(before)
    logs.getLogger('shop').emit({ eventName: 'mine' })
    await flush()

    expect(ofLogs.logRecords().map(({ eventName }) => eventName)).toEqual(['mine'])
    expect(otlp.requests).toEqual([])
  })

  it('go to the option endpoint even if the environment sets another one, as spans and metrics do', async () => {
    const [otlp, ofLogs] = [await receiver(onTestFinished), await receiver(onTestFinished)]
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', `${ofLogs.endpoint}/v1/logs`)
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_PROTOCOL', 'grpc')
    const before = { ...process.env }
    const { flush } = await start({ endpoint: otlp.endpoint })
    expect(process.env).toEqual(before)
    logs.getLogger('shop').emit({ eventName: 'mine' })
    await flush()

    expect(otlp.logRecords().map(({ eventName }) => eventName)).toEqual(['mine'])
    expect(ofLogs.requests).toEqual([])
  })

  it('are not exported with logs: false, and another logger provider can be registered', async () => {
    const otlp = await receiver(onTestFinished)
    await start({ endpoint: otlp.endpoint, logs: false })

    expect(registeredLogs()).toBeUndefined()
  })

  it('give up at once without a receiver, with a warning', async () => {
    const closed = await OtlpReceiver.listen()
    await closed.close()
    const { flush, warnings } = await start({ endpoint: closed.endpoint })
    logs.getLogger('shop').emit({ eventName: 'mine' })
    // The flush ends after 4 s. An export with retries would take 5 s, so its warning would come too late.
    await flush()

    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^Runwell: 1 log record could not be delivered to http:\S+: .*ECONNREFUSED/)
  })

  it('that a receiver rejects with status 200 cause a warning', async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedLogRecords: '3', errorMessage: 'over quota' } })
    const otlp = await receiver(onTestFinished)
    otlp.answerWith(body)
    const { flush, warnings } = await start({ endpoint: otlp.endpoint })
    logs.getLogger('shop').emit({ eventName: 'mine' })
    await flush()

    expect(warnings).toEqual(['Runwell: the receiver has rejected 3 log records of an export: over quota'])
  })
})
