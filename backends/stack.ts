import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binaries } from './binaries.ts'
import { eventually } from './check.ts'
import { freePort, Server } from './server.ts'

/** The base addresses of the servers, and the ports that the service has to use. */
export interface Stack {
  readonly jaeger: string
  readonly otlpTraces: string
  readonly prometheus3: string
  readonly prometheus2: string
  readonly alertmanager: string
  readonly servicePort: number
  readonly metricsPort: number
  /** Where the configuration and data of this run are. */
  readonly folder: string
}

const examples = fileURLToPath(new URL('../examples/observability', import.meta.url))

/**
 * Starts all servers with the configuration of `examples/observability`, only the addresses changed: in containers they
 * have names, here they have ports. `shorten` may change the rules.
 */
export async function startStack(binaries: Binaries, shippedRules: string): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-backends-'))
  const [web, grpc, otlp, three, two, alerts, servicePort, metricsPort] = await Promise.all(
    Array.from({ length: 8 }, freePort),
  )
  if (!servicePort || !metricsPort) throw new Error('No free port')

  const addresses: readonly (readonly [string, string])[] = [
    ['0.0.0.0:16686', `127.0.0.1:${web}`],
    ['0.0.0.0:16685', `127.0.0.1:${grpc}`],
    ['0.0.0.0:4318', `127.0.0.1:${otlp}`],
    ['alertmanager:9093', `127.0.0.1:${alerts}`],
    ['host.docker.internal:4700', `127.0.0.1:${servicePort}`],
    ['host.docker.internal:9464', `127.0.0.1:${metricsPort}`],
  ]
  const place = (file: string) => {
    let text = readFileSync(join(examples, file), 'utf8')
    for (const [from, to] of addresses) text = text.replaceAll(from, to)
    const target = join(folder, file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    return target
  }
  placeRules(folder, shippedRules)

  const jaeger = new Server(binaries.jaeger, ['--config', place('jaeger.yaml')])
  const prometheus = (program: string, config: string, port: number | undefined, ...more: string[]) =>
    new Server(program, [
      `--config.file=${place(config)}`,
      `--storage.tsdb.path=${join(folder, `data-${port}`)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...more,
    ])
  const prometheus3 = prometheus(
    binaries.prometheus3,
    'prometheus/prometheus.yaml',
    three,
    '--web.enable-otlp-receiver',
  )
  const prometheus2 = prometheus(binaries.prometheus2, 'prometheus/scrape.yaml', two)
  const alertmanager = new Server(binaries.alertmanager, [
    `--config.file=${place('alertmanager.yaml')}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${alerts}`,
    '--cluster.listen-address=',
  ])

  const base = (port: number | undefined) => `http://127.0.0.1:${port}`
  await Promise.all([
    ready('Jaeger', jaeger, `${base(web)}/api/services`),
    ready('Prometheus 3', prometheus3, `${base(three)}/-/ready`),
    ready('Prometheus 2', prometheus2, `${base(two)}/-/ready`),
    ready('Alertmanager', alertmanager, `${base(alerts)}/-/ready`),
  ])
  return {
    jaeger: base(web),
    otlpTraces: base(otlp),
    prometheus3: base(three),
    prometheus2: base(two),
    alertmanager: base(alerts),
    servicePort,
    metricsPort,
    folder,
  }
}

/** Puts the rules where the two configurations look for them. */
function placeRules(folder: string, shipped: string): void {
  const target = join(folder, 'prometheus')
  cpSync(join(examples, 'prometheus/rules'), join(target, 'rules'), { recursive: true })
  for (const spelling of ['otlp', 'scraped']) {
    cpSync(join(shipped, spelling), join(target, 'runwell', spelling), { recursive: true })
  }
}

function ready(name: string, server: Server, url: string): Promise<true> {
  return eventually(`${name} to be ready`, 60_000, async () => {
    if (server.isOver) throw new Error(`it has ended: ${server.output.slice(-1_500)}`)
    const response = await fetch(url)
    return response.ok ? true : undefined
  })
}
