import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binaries } from './binaries.ts'
import { eventually, HopelessError } from './check.ts'
import { Configuration } from './configuration.ts'
import { freePort, Server, startMs } from './server.ts'
import { beatMs, lookbackMs, speed } from './speed.ts'
import type { Way } from './ways.ts'
import { Webhook } from './webhook.ts'

export interface Stack {
  readonly jaeger: string
  readonly zipkin: string
  readonly jaegerOtlp: string
  readonly collector: string
  readonly prometheus: Readonly<Record<Way, string>>
  readonly alertmanager: string
  readonly webhook: Webhook
  readonly servicePort: number
  readonly metricsPort: number
  readonly folder: string
}

const relabeling = fileURLToPath(new URL('../../prometheus/victoriametrics/relabel.yml', import.meta.url))

const portNames = [
  'jaeger',
  'jaegerGrpc',
  'jaegerOtlp',
  'zipkin',
  'collector',
  'prometheus3',
  'prometheus2',
  'victoria',
  'vmalert',
  'alertmanager',
  'service',
  'metrics',
] as const
type Ports = Readonly<Record<(typeof portNames)[number], number>>

export async function startStack(binaries: Binaries): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-backends-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const free = await Promise.all(portNames.map(async (name) => [name, await freePort()] as const))
  const ports = Object.fromEntries(free) as Ports
  const webhook = await Webhook.open(`http://127.0.0.1:${ports.service}/alerts`)
  const files = new Configuration(folder, [
    ['0.0.0.0:16686', `127.0.0.1:${ports.jaeger}`],
    ['0.0.0.0:16685', `127.0.0.1:${ports.jaegerGrpc}`],
    ['0.0.0.0:4318', `127.0.0.1:${ports.jaegerOtlp}`],
    ['jaeger:4318', `127.0.0.1:${ports.jaegerOtlp}`],
    ['zipkin:9411', `127.0.0.1:${ports.zipkin}`],
    ['prometheus:9090', `127.0.0.1:${ports.prometheus3}`],
    ['victoriametrics:8428', `127.0.0.1:${ports.victoria}`],
    ['alertmanager:9093', `127.0.0.1:${ports.alertmanager}`],
    ['host.docker.internal:4700', `127.0.0.1:${webhook.port}`],
    ['host.docker.internal:9464', `127.0.0.1:${ports.metrics}`],
    ['_interval: 5s', `_interval: ${beatMs}ms`],
  ])
  const url = (name: keyof Ports) => `http://127.0.0.1:${ports[name]}`

  const jaeger = new Server(binaries.jaeger, ['--config', files.copy('jaeger.yaml')], { TMPDIR: folder })
  const zipkin = new Server(binaries.java, [
    ...['-Xmx192m', '-XX:TieredStopAtLevel=1', '-jar', binaries.zipkinJar],
    ...['address=127.0.0.1', `port=${ports.zipkin}`].map((option) => `--armeria.ports[0].${option}`),
    '--armeria.ports[0].protocols[0]=http',
  ])
  const collector = new Server(binaries.collector, [
    `--config=${files.copy('collector.yaml', ['0.0.0.0:4318', `127.0.0.1:${ports.collector}`])}`,
  ])
  const prometheus3 = prometheus('otlp', 'prometheus/prometheus.yaml', binaries.prometheus3)
  const prometheus2 = prometheus('scraped', 'prometheus/scrape.yaml', binaries.prometheus2)
  const [victoria, vmalert] = startVictoria()
  const alertmanager = new Server(binaries.alertmanager, [
    `--config.file=${files.copyWithInhibition('alertmanager.yaml')}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
    '--cluster.listen-address=',
  ])

  function prometheus(way: 'otlp' | 'scraped', file: string, program: string): Server {
    const config = files.copy(file, ['global:\n', `global:\n  external_labels: { way: ${way} }\n`])
    return new Server(program, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, `data-${way}`)}`,
      `--web.listen-address=127.0.0.1:${ports[way === 'otlp' ? 'prometheus3' : 'prometheus2']}`,
      `--query.lookback-delta=${lookbackMs}ms`,
      ...(way === 'otlp' ? ['--web.enable-otlp-receiver'] : []),
    ])
  }

  /** The latency and the lookback are the defaults of VictoriaMetrics, 30 s and 5 min, divided by `speed`. */
  function startVictoria(): readonly [Server, Server] {
    const lateMs = 30_000 / speed
    const database = new Server(binaries.victoriaMetrics, [
      `-storageDataPath=${join(folder, 'data-victoria')}`,
      `-httpListenAddr=127.0.0.1:${ports.victoria}`,
      '-opentelemetry.usePrometheusNaming',
      `-relabelConfig=${relabeling}`,
      `-search.latencyOffset=${lateMs}ms`,
      `-vmalert.proxyURL=${url('vmalert')}`,
    ])
    const alerts = new Server(binaries.vmalert, [
      ...files.rules('victoria').map((pattern) => `-rule=${pattern}`),
      ...['datasource', 'remoteWrite', 'remoteRead'].map((what) => `-${what}.url=${url('victoria')}`),
      `-notifier.url=${url('alertmanager')}`,
      `-httpListenAddr=127.0.0.1:${ports.vmalert}`,
      `-evaluationInterval=${beatMs}ms`,
      `-datasource.queryStep=${lookbackMs}ms`,
      `-rule.evalDelay=${lateMs}ms`,
      `-remoteWrite.flushInterval=${2_000 / speed}ms`,
      '-external.label=way=victoria',
    ])
    return [database, alerts]
  }

  await Promise.all([
    ready('Jaeger', jaeger, `${url('jaeger')}/api/services`),
    ready('Zipkin', zipkin, `${url('zipkin')}/health`),
    ready('Prometheus 3', prometheus3, `${url('prometheus3')}/-/ready`),
    ready('Prometheus 2', prometheus2, `${url('prometheus2')}/-/ready`),
    ready('VictoriaMetrics', victoria, `${url('victoria')}/health`),
    ready('vmalert', vmalert, `${url('vmalert')}/health`),
    ready('Alertmanager', alertmanager, `${url('alertmanager')}/-/ready`),
    listens('The Collector', collector, url('collector')),
  ])
  return {
    jaeger: url('jaeger'),
    zipkin: url('zipkin'),
    jaegerOtlp: url('jaegerOtlp'),
    collector: url('collector'),
    prometheus: { otlp: url('prometheus3'), scraped: url('prometheus2'), victoria: url('victoria') },
    alertmanager: url('alertmanager'),
    webhook,
    servicePort: ports.service,
    metricsPort: ports.metrics,
    folder,
  }
}

function ready(name: string, server: Server, url: string): Promise<true> {
  return answers(name, server, async () => ((await fetch(url)).ok ? true : undefined))
}

/** The server has no health page, so any status means that it is ready. */
function listens(name: string, server: Server, url: string): Promise<true> {
  return answers(name, server, async () => ((await fetch(url)).status > 0 ? true : undefined))
}

function answers(name: string, server: Server, ask: () => Promise<true | undefined>): Promise<true> {
  return eventually(`${name} to be ready`, startMs, async () => {
    if (server.isOver) throw new HopelessError(`it has exited: ${server.output.slice(-1_500)}`)
    return ask()
  })
}
