import { metrics, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startTelemetry, type Telemetry } from '../src/node/index.ts'
import { registered } from '../src/sdk/api-registry.ts'
import { FakeSupervisor, FakeTask } from './fake-supervisor.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'
import { receiver } from './processes/run-service.ts'

afterEach(() => {
  unregisterAll()
  logs.disable()
  vi.unstubAllEnvs()
})

const warnings: string[] = []
const onWarning = (message: string) => void warnings.push(message)

async function runOnce(telemetry: Telemetry, task: string): Promise<void> {
  const supervisor = new FakeSupervisor(telemetry.observer)
  supervisor.run(supervisor.register(new FakeTask(task))).end()
  await telemetry.shutdown()
}

describe('startTelemetry', () => {
  it('exports again after a shutdown', async () => {
    const otlp = await receiver(onTestFinished)
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', `${otlp.endpoint}/v1/logs`)
    const options = {
      serviceName: 'shop',
      endpoint: otlp.endpoint,
      protocol: 'http/json',
      onWarning,
    } as const

    for (const task of ['first', 'second', 'third']) {
      const telemetry = await startTelemetry(options)
      expect(telemetry.registered).toBe(true)
      const { logger } = { logger: logs.getLogger('shop') }
      logger.emit({ body: task })
      await runOnce(telemetry, task)
      expect(registered()).toEqual({ traces: false, metrics: false })
    }

    const names = otlp.spans().map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('run '))).toEqual(['run first', 'run second', 'run third'])
    expect(otlp.points('runwell.task.runs').length).toBeGreaterThan(0)
    expect(otlp.requests.filter(({ path }) => path === '/v1/logs')).toHaveLength(3)
    expect(warnings).toEqual([])
  })

  it('waits with its shutdown for a stop that has begun', async () => {
    const otlp = await receiver(onTestFinished)
    const { endpoint } = otlp
    const telemetry = await startTelemetry({
      serviceName: 'shop',
      endpoint,
      protocol: 'http/json',
      onWarning,
    })
    const supervisor = new FakeSupervisor(telemetry.observer)
    const run = supervisor.run(supervisor.register(new FakeTask('mail')))
    supervisor.emit({ type: 'shutdown.started', deadlineMs: 5_000 })

    const shutdown = telemetry.shutdown()
    // A shutdown that does not wait would end within these turns.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
    run.end()
    await telemetry.observer.flush?.(supervisor.now + 5_000)
    await shutdown

    expect(otlp.spans().map(({ name }) => name)).toContain('run mail')
    expect(registered()).toEqual({ traces: false, metrics: false })
    expect(warnings).toEqual([])
  })

  it('leaves an SDK registered that took the place of its own before the shutdown', async () => {
    const telemetry = await startTelemetry({
      serviceName: 'shop',
      endpoint: 'http://127.0.0.1:9',
      exportTimeout: 1,
      onWarning,
    })
    unregisterAll()
    const sdk = new MemorySdk().register()
    const tracers = trace.getTracerProvider()

    await telemetry.shutdown()

    expect(registered()).toEqual({ traces: true, metrics: true })
    expect(trace.getTracerProvider()).toBe(tracers)
    expect(metrics.getMeterProvider()).toBe(sdk.meters)
  })

  it('registers nothing and serves nothing with OTEL_SDK_DISABLED=true', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'True')
    const port = (await receiver(onTestFinished)).port // this port is in use, so a server on it would fail

    const telemetry = await startTelemetry({ serviceName: 'shop', prometheus: { port, host: '127.0.0.1' } })

    expect(telemetry.registered).toBe(false)
    expect(registered()).toEqual({ traces: false, metrics: false })
    await telemetry.shutdown()
  })

  it('serves metrics on the port and host of the environment', async () => {
    const free = await receiver(onTestFinished)
    const { port } = free
    await free.close()
    vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', String(port))
    vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_HOST', '127.0.0.1')
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'none')

    const telemetry = await startTelemetry({ serviceName: 'shop', prometheus: {} })
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)

    expect(answer.status).toBe(200)
    await telemetry.shutdown()
  })

  it('serves as many series to Prometheus as the cardinality limit allows', async () => {
    const free = await receiver(onTestFinished)
    const { port } = free
    await free.close()
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'none')
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'none')
    const telemetry = await startTelemetry({ serviceName: 'shop', prometheus: { port, host: '127.0.0.1' } })
    const supervisor = new FakeSupervisor(telemetry.observer)
    for (let index = 0; index < 500; index += 1) supervisor.register(new FakeTask(`task-${index}`))

    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()

    expect(page.match(/^runwell_task_runs_total\{/gm)).toHaveLength(2_500)
    expect(page).not.toContain('overflow')
    await telemetry.shutdown()
  })

  it.each(['94640', '0'])('refuses the Prometheus port %s from the environment', async (port) => {
    vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', port)

    await expect(startTelemetry({ serviceName: 'shop', prometheus: {} })).rejects.toThrow(
      `Expected \`OTEL_EXPORTER_PROMETHEUS_PORT\` to be a whole number from 1 to 65535, got '${port}'`,
    )
  })

  it.each(['option', 'environment'])('keeps the query of an endpoint from the %s', async (source) => {
    const otlp = await receiver(onTestFinished)
    const endpoint = `${otlp.endpoint}/otlp/?api-key=7%2F9&team=feeds`
    if (source === 'environment') vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint)
    const given = source === 'option' ? { endpoint } : {}

    const telemetry = await startTelemetry({ serviceName: 'shop', ...given, onWarning })
    await runOnce(telemetry, 'mail')

    const paths = otlp.requests.map(({ path }) => path).filter((path) => !path.includes('logs'))
    expect(new Set(paths)).toEqual(
      new Set(['/otlp/v1/traces?api-key=7%2F9&team=feeds', '/otlp/v1/metrics?api-key=7%2F9&team=feeds']),
    )
  })

  it.each(['none', 'host', ''])(
    'lets the environment name the service with detectors %j',
    async (detectors) => {
      const otlp = await receiver(onTestFinished)
      vi.stubEnv('OTEL_NODE_RESOURCE_DETECTORS', detectors)
      vi.stubEnv('OTEL_SERVICE_NAME', 'renamed')
      vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=feeds')

      const options = {
        serviceName: 'shop',
        endpoint: otlp.endpoint,
        protocol: 'http/json',
        onWarning,
      } as const
      const telemetry = await startTelemetry({ ...options, resourceAttributes: { team: 'mails', tier: 2 } })
      await runOnce(telemetry, 'mail')

      expect(otlp.spans()[0]?.resource).toMatchObject({ 'service.name': 'renamed', team: 'feeds', tier: 2 })
    },
  )
})
