import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ClientRequest, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
// These imports can take seconds, which would count as time of the first test.
import '@opentelemetry/exporter-metrics-otlp-proto'
import '@opentelemetry/exporter-trace-otlp-proto'
import '@opentelemetry/sdk-node'
import { startTelemetry, type TelemetryOptions } from '../src/node/index.ts'
import { FakeSupervisor, FakeTask } from './fake-supervisor.ts'
import { unregisterAll } from './memory-sdk.ts'

afterEach(() => {
  unregisterAll()
  vi.unstubAllEnvs()
})

async function listen(body: Buffer | string, type: string, port = 0) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      paths.push(String(request.url))
      response.setHeader('content-type', type).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections())
  return { port: (server.address() as AddressInfo).port, paths, close }
}

const patient = { timeout: 4_000 }

function requestsOf(port: number) {
  const requests = { made: 0, failed: 0 }
  const channel = 'http.client.request.start'
  const hear = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    if (!String(request.getHeader('host')).endsWith(`:${port}`)) return
    requests.made += 1
    request.once('error', () => {
      requests.failed += 1
    })
  }
  subscribe(channel, hear)
  onTestFinished(() => void unsubscribe(channel, hear))
  return requests
}

async function start(options: Partial<TelemetryOptions>) {
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'none')
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  const telemetry = await startTelemetry({ serviceName: 'shop', onWarning, ...options })
  const supervisor = new FakeSupervisor(telemetry.observer)
  supervisor.run(supervisor.register(new FakeTask('mail'))).end()
  return { telemetry, supervisor, warnings }
}

describe('without a receiver', () => {
  it.each(['127.0.0.1', 'localhost'])('the last exports to %s give up at once', async (host) => {
    const { port, close } = await listen('', 'text/plain')
    await close()
    const requests = requestsOf(port)
    const { telemetry, supervisor, warnings } = await start({ endpoint: `http://${host}:${port}` })
    // After a failed request, the first export waits before its second attempt.
    await vi.waitFor(() => expect(requests.failed).toBe(1), patient)

    await telemetry.observer.flush?.(supervisor.now + 20_000)
    await telemetry.shutdown()

    // Two attempts of the first export, one export of spans, and one export of metrics each by the flush and the
    // shutdown.
    expect(requests.made).toBe(5)
    expect(requests.failed).toBe(5)
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Runwell: 2 spans and 2 exports of metrics could not be delivered to http:\S+: .*ECONNREFUSED.*Check that an OTLP receiver listens there/,
      ),
    ])
  })

  it('all other exports are tried again', async () => {
    const { port, close } = await listen('', 'text/plain')
    await close()
    const requests = requestsOf(port)
    const { telemetry, warnings } = await start({ endpoint: `http://127.0.0.1:${port}` })
    await vi.waitFor(() => expect(requests.failed).toBe(1), patient)
    const receiver = await listen('', 'application/x-protobuf', port)
    onTestFinished(async () => void (await receiver.close()))

    await vi.waitFor(() => expect(receiver.paths).toContain('/v1/metrics'), patient)

    expect(warnings).toEqual([])
    await telemetry.shutdown()
  })
})

describe('a receiver that rejects what it receives with status 200', () => {
  const message = 'over quota'
  const inner = Buffer.concat([Buffer.from([0x08, 42, 0x12, message.length]), Buffer.from(message)])
  const protobuf = Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
  const json = (key: string) => JSON.stringify({ partialSuccess: { [key]: '42', errorMessage: message } })

  it.each([
    ['spans', 'http/protobuf', protobuf, 'spans'],
    ['metrics', 'http/protobuf', protobuf, 'data points'],
    ['spans', 'http/json', json('rejectedSpans'), 'spans'],
    ['metrics', 'http/json', json('rejectedDataPoints'), 'data points'],
  ] as const)('causes one warning (%s, %s)', async (signal, protocol, body, items) => {
    const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
    const receiver = await listen(body, type)
    onTestFinished(async () => void (await receiver.close()))
    const endpoint = `http://127.0.0.1:${receiver.port}`
    const only = { traces: signal === 'spans', metrics: signal === 'metrics' }

    const { telemetry, supervisor, warnings } = await start({ endpoint, protocol, ...only })
    await telemetry.flush(Date.now() + 5_000)
    supervisor.run(supervisor.tasks.get('mail') as FakeTask).end()
    await telemetry.shutdown()

    expect(receiver.paths.length).toBeGreaterThan(1)
    expect(warnings).toEqual([`Runwell: the receiver has rejected 42 ${items} of an export: over quota`])
  })

  it('causes no warning if it has rejected nothing', async () => {
    const receiver = await listen('{"partialSuccess":{"rejectedSpans":"0"}}', 'application/json')
    onTestFinished(async () => void (await receiver.close()))

    const { telemetry, warnings } = await start({
      endpoint: `http://127.0.0.1:${receiver.port}`,
      protocol: 'http/json',
    })
    await telemetry.shutdown()

    expect(warnings).toEqual([])
  })
})
