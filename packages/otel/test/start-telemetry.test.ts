import { createServer } from 'node:http'
import { describe, it } from 'vitest'
import { freePort } from './free-port.ts'
import { receiver, run } from './processes/run-service.ts'

// Concurrent, because each test waits for a process most of the time.
describe.concurrent('startTelemetry', { timeout: 60_000 }, () => {
  it('exports spans and metrics, each counter at 0 first, and everything before stop() resolves', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished)

    const said = await run({ endpoint: otlp.endpoint, protocol: 'http/json', serviceInstanceId: 'shop-1' })

    expect(said).toMatchObject({
      registered: true,
      outcome: { started: true, outcome: 'failed' },
      warnings: [],
    })
    const span = otlp.spans().find(({ name }) => name === 'run mail')
    expect(span?.attributes).toMatchObject({
      'runwell.task.name': 'mail',
      'runwell.task.run.result': 'failure',
      'error.type': 'TypeError',
      'runwell.task.run.annotation.tenant': 'a',
    })
    expect(span?.resource).toMatchObject({
      'service.name': 'shop',
      'service.instance.id': 'shop-1',
      'telemetry.sdk.language': 'nodejs',
      'process.runtime.name': 'nodejs',
    })
    const failures = otlp.counter('runwell.task.runs', ['runwell.task.run.result', 'failure'])
    expect(failures[0]).toBe(0)
    expect(failures.at(-1)).toBe(1)
  })

  it('uses protobuf by default, the endpoint of the environment, and a unique instance id', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished)
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint, HOSTNAME: 'pod-7' }

    const other = await receiver(onTestFinished)
    await Promise.all([run({}, {}, env), run({ protocol: 'http/json', endpoint: other.endpoint }, {}, env)])

    expect(new Set(otlp.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces', '/v1/metrics']))
    expect(new Set(otlp.requests.map(({ contentType }) => contentType))).toEqual(
      new Set(['application/x-protobuf']),
    )
    const id = String(other.spans()[0]?.resource['service.instance.id'])
    expect(id).toMatch(/^pod-7-\d+$/)
    expect(otlp.requests.filter(({ body }) => body.includes(id))).toEqual([])
    expect(otlp.requests.every(({ body }) => body.includes('pod-7-'))).toBe(true)
  })

  it('uses protocol, names and disabled signals from the environment', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)

    await run(
      { endpoint: otlp.endpoint },
      {},
      {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_SERVICE_NAME: 'renamed',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      },
    )

    expect(new Set(otlp.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
    expect(otlp.spans()[0]?.resource).toMatchObject({
      'service.name': 'renamed',
      'deployment.environment.name': 'test',
    })
  })

  it('refuses an unsupported protocol', async ({ expect }) => {
    const said = await run({}, {}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })

    expect(said['error']).toContain(
      "Expected `OTEL_EXPORTER_OTLP_PROTOCOL` to be 'http/protobuf' or 'http/json'",
    )
  })

  it.for([
    ['answers 503', 503],
    ['answers 400', 400],
  ] as const)(
    'warns once about a receiver that %s, and runs continue',
    async ([, status], { expect, onTestFinished }) => {
      const otlp = await receiver(onTestFinished, status)
      const endpoint = otlp.endpoint

      const said = await run(
        { endpoint, exportTimeout: 300, exportInterval: 400 },
        { runs: 50, stopMs: 3_000 },
      )

      expect(said['outcome']).toMatchObject({ outcome: 'failed' })
      const summaries = said.warnings.filter((message) => message.includes('could not be delivered'))
      expect(summaries.filter((message) => message.includes('metrics'))).toHaveLength(1)
      // 50 runs, the supervisor and the monitor have one span each.
      expect(summaries.filter((message) => message.includes('52 spans'))).toHaveLength(1)
      for (const signal of ['metrics', 'spans'])
        expect(said.warnings.filter((message) => message.includes(`${signal} can't`)).length).toBeLessThan(2)
      expect(said).toMatchObject({ shutdown: true })
    },
  )

  it('warns once about an unreachable receiver', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)
    const { endpoint } = otlp
    await otlp.close()

    const said = await run({ endpoint, exportTimeout: 300 }, { stopMs: 3_000 })

    expect(said.warnings).toEqual([
      expect.stringMatching(/\d spans and \d exports? of metrics .*ECONNREFUSED/),
    ])
    expect(said).toMatchObject({ shutdown: true })
  })

  it('lets stop() resolve by its deadline if the receiver never responds', async ({
    expect,
    onTestFinished,
  }) => {
    const otlp = await receiver(onTestFinished, 'never')

    const said = await run({ endpoint: otlp.endpoint, exportTimeout: 20_000 }, { stopMs: 1_500 })

    expect(said['stopMs']).toBeLessThan(5_000)
  })

  it('uses a registered SDK, with a warning', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)
    const elsewhere = await receiver(onTestFinished)

    const said = await run(
      { endpoint: elsewhere.endpoint },
      { before: 'sdk' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    )

    expect(said).toMatchObject({ registered: false })
    expect(said.warnings).toEqual([
      'Runwell: an OpenTelemetry SDK is already registered, so startTelemetry uses it and sets up nothing.',
    ])
    expect(otlp.spans().map(({ name }) => name)).toContain('run mail')
    expect(elsewhere.requests).toEqual([])
  })

  it('sets up only metrics if an SDK for traces is registered', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)
    const metrics = await receiver(onTestFinished)

    const said = await run(
      { endpoint: metrics.endpoint, protocol: 'http/json' },
      { before: 'traces-only' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    )

    expect(said.warnings).toEqual([
      'Runwell: an OpenTelemetry SDK for spans is already registered, so startTelemetry sets up only metrics.',
    ])
    expect(otlp.spans().map(({ name }) => name)).toContain('run mail')
    expect(metrics.counter('runwell.task.runs', ['runwell.task.run.result', 'failure']).at(-1)).toBe(1)
    expect(metrics.requests.map(({ path }) => path)).not.toContain('/v1/traces')
  })

  it('serves metrics to Prometheus, and then pushes none', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)
    const port = await freePort()

    const said = await run({ endpoint: otlp.endpoint, prometheus: { port, host: '127.0.0.1' } })

    expect(said['first']).toMatch(/runwell_task_runs_total\{.*runwell_task_run_result="failure".*\} 0/)
    expect(said['second']).toMatch(/runwell_task_runs_total\{.*runwell_task_run_result="failure".*\} 1/)
    expect(otlp.requests.map(({ path }) => path)).not.toContain('/v1/metrics')
  })

  it('includes the port in the error if it is in use', async ({ expect, onTestFinished }) => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void taken.close())
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    const said = await run({ prometheus: { port, host: '127.0.0.1' } })

    expect(said['error']).toContain(`Could not serve metrics to Prometheus on port ${port}`)
  })

  it('sets up nothing with register: false, without a warning', async ({ expect, onTestFinished }) => {
    const otlp = await receiver(onTestFinished)

    const said = await run({ endpoint: otlp.endpoint, register: false })

    expect(said).toMatchObject({ registered: false, warnings: [], outcome: { outcome: 'failed' } })
    expect(otlp.requests).toEqual([])
  })

  it('refuses a service without a name', async ({ expect }) => {
    const said = await run({ serviceName: ' ' })

    expect(said['error']).toContain("Expected `serviceName` to be a non-empty string, got ' '")
  })
})
