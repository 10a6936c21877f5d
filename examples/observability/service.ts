// A shop whose upstream you can break: POST /break, /wobble (2 of 5 requests fail), /repair.
// Sends spans and metrics to OTEL_EXPORTER_OTLP_*. With METRICS_PORT, Prometheus can also scrape the metrics.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { every, handleSignals, loop, Supervisor } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'

/** How many of five requests fail. */
let failing = 0
let asked = 0
let served = 0
const metricsPort = process.env['METRICS_PORT']

const telemetry = await startTelemetry({
  serviceName: 'shop',
  metrics: true,
  ...(metricsPort ? { prometheus: { port: Number(metricsPort), host: '127.0.0.1' } } : {}),
})
const supervisor = new Supervisor({ observers: [telemetry.observer], monitor: '2s' })

// This server is the upstream. It also receives the requests that break the upstream, and the alerts of Alertmanager.
const server = createServer((request, response) => void answer(request, response))
const listening = new Promise<void>((resolve) =>
  server.listen(Number(process.env['PORT'] ?? 4700), '0.0.0.0', resolve),
)
await listening
const { port } = server.address() as AddressInfo

// The first `fetch` of a process blocks the event loop for 60 to 400 ms. Without this call, Runwell would report that
// the first run blocks it.
await fetch(`http://127.0.0.1:${port}/orders`).then((response) => response.text())

const orders: number[] = []

supervisor.register({
  name: 'orders.import',
  owner: 'orders',
  category: 'poller',
  priority: 'high',
  schedule: every('1s', { immediate: true }),
  timeout: '2s',
  runbook: 'https://example.com/runbooks/orders-import',
  slo: { target: 0.99 },
  run: async ({ signal, beat }) => {
    const response = await fetch(`http://127.0.0.1:${port}/orders`, { signal })
    if (!response.ok) throw new UpstreamError(`The upstream answered ${response.status}`)
    orders.push(...((await response.json()) as number[]))
    beat(`${orders.length} orders are waiting`)
  },
})

function* waiting(): Generator<number> {
  for (let order = orders.shift(); order !== undefined; order = orders.shift()) yield order
}

supervisor.register({
  name: 'mails.send',
  owner: 'mails',
  schedule: loop(),
  run: async (context) => {
    while (!context.aborted) {
      await context.each(waiting(), (order) => context.sleep(order % 20), { unit: 'mail' })
      context.beat()
      await context.sleep('200ms')
    }
  },
})

// This task fails every ten seconds, as if its connection broke. Runwell restarts it.
supervisor.register({
  name: 'stock.listen',
  owner: 'stock',
  priority: 'low',
  schedule: loop(),
  run: async (context) => {
    await context.sleep('10s')
    if (!context.aborted) throw new Error('The connection was reset')
  },
})

// Each run blocks the event loop for 150 ms, so that other runs are late.
supervisor.register({
  name: 'search.index',
  owner: 'search',
  schedule: every('5s'),
  run: ({ unit }) =>
    unit('shard', () => {
      const end = performance.now() + 150
      while (performance.now() < end);
    }),
})

handleSignals(supervisor, {
  deadline: '8s',
  before: () => server.close(),
  onReport: () => telemetry.shutdown(),
})
await supervisor.start()
console.log(`The shop runs: http://127.0.0.1:${port}`)

class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  if (request.url === '/alerts') tellAlerts(body)
  if (request.url === '/break') failing = 5
  if (request.url === '/wobble') failing = 2
  if (request.url === '/repair') failing = 0
  const isRefused = request.url === '/orders' && asked++ % 5 < failing
  response.writeHead(isRefused ? 503 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify([++served]))
}

async function text(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

interface Alert {
  readonly status: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

function tellAlerts(body: string): void {
  const { alerts } = JSON.parse(body) as { readonly alerts: readonly Alert[] }
  for (const { status, labels, annotations } of alerts) {
    console.log(`Alert ${status}: ${labels['alertname']}: ${annotations['summary'] ?? ''}`)
  }
}
