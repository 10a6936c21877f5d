import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { startTelemetry } from '../src/node/index.ts'
import { FakeSupervisor, FakeTask } from './fake-supervisor.ts'
import { unregisterAll } from './memory-sdk.ts'
import { receiver } from './processes/run-service.ts'

afterEach(() => {
  unregisterAll()
  vi.unstubAllEnvs()
})

const warnings: string[] = []
const onWarning = (message: string) => void warnings.push(message)

async function burst(runs: number): Promise<number> {
  warnings.length = 0
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'none')
  const otlp = await receiver(onTestFinished)
  const { endpoint } = otlp
  const telemetry = await startTelemetry({ serviceName: 'shop', endpoint, protocol: 'http/json', onWarning })
  const supervisor = new FakeSupervisor(telemetry.observer)
  const task = supervisor.register(new FakeTask('mail'))
  for (let run = 0; run < runs; run += 1) supervisor.run(task).end()
  await telemetry.observer.flush?.(supervisor.now + 20_000)
  await telemetry.shutdown()
  return otlp.spans().filter(({ name }) => name === 'run mail').length
}

const cure =
  'Set OTEL_BSP_MAX_QUEUE_SIZE to a higher number, or trace fewer runs: with runwellSampler({ ratio: 0.1 }), or with ' +
  '`trace: { ratio: 0.1 }` on a frequent task.'

describe('the queue of spans', { timeout: 30_000 }, () => {
  it('has room for 10,000 runs at once, and leaves the environment as it was', async () => {
    expect(await burst(10_000)).toBe(10_000)

    expect(warnings).toEqual([])
    expect(process.env['OTEL_BSP_MAX_QUEUE_SIZE']).toBeUndefined()
  })

  it('has the size that the environment sets, and exports all of it at the end', async () => {
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '20000')

    expect(await burst(18_000)).toBe(18_000)

    expect(warnings).toEqual([])
  })

  it('drops what it can not hold, and one warning says how much and what helps', async () => {
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '1000')

    // 512 spans in the exporter and 1,000 that wait, without the span of the supervisor.
    expect(await burst(6_000)).toBe(1_511)

    expect(warnings).toEqual([
      `Runwell: 4489 spans were dropped, because more than 1000 were waiting to be exported. ${cure}`,
    ])
  })

  it('of an SDK that the service has set up is watched as well, and a later burst is added at the end', async () => {
    const { BatchSpanProcessor, BasicTracerProvider, InMemorySpanExporter } = await import(
      '@opentelemetry/sdk-trace-base'
    )
    const exporter = new InMemorySpanExporter()
    const spanProcessors = [new BatchSpanProcessor(exporter, { maxQueueSize: 600 })]
    const tracerProvider = new BasicTracerProvider({ spanProcessors })
    warnings.length = 0
    const observer = otelObserver({ tracerProvider, metrics: false, onWarning })
    const supervisor = new FakeSupervisor(observer)
    const task = supervisor.register(new FakeTask('mail'))

    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    for (let run = 0; run < 3_000; run += 1) supervisor.run(task).end()
    await vi.advanceTimersByTimeAsync(1_000)
    for (let run = 0; run < 3_000; run += 1) supervisor.run(task).end()
    vi.useRealTimers()
    await observer.flush?.(supervisor.now + 5_000)

    const dropped = 6_001 - exporter.getFinishedSpans().length // one span for each of 6,000 runs and for the supervisor
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain('spans were dropped, because more than 600 were waiting')
    expect(warnings[1]).toBe(
      `Runwell: ${dropped} spans were dropped, because more than 600 were waiting to be exported. ${cure}`,
    )
  })
})
