import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Binaries } from './binaries.ts'
import { eventually, HopelessError } from './check.ts'
import { freePort, Server, startMs } from './server.ts'
import { beatMs, fastRules, lookbackMs } from './speed.ts'
import { Webhook } from './webhook.ts'

/** The ways in which a Prometheus receives metrics. */
export const ways = ['otlp', 'scraped'] as const
export type Way = (typeof ways)[number]

/** Base URLs of the servers, and the ports that the service must use. */
export interface Stack {
  readonly jaeger: string
  readonly otlpTraces: string
  /** Prometheus 3 receives OTLP, Prometheus 2 scrapes. */
  readonly prometheus: Readonly<Record<Way, string>>
  readonly alertmanager: string
  readonly webhook: Webhook
  readonly servicePort: number
  readonly metricsPort: number
  /** Configuration and data of this run. Deleted when the process exits. */
  readonly folder: string
}

/** Services with several processes. Their scrape targets are in `targets/<job>.json`. */
export const jobs = ['fleet', 'faulty-tasks', 'lossy-deploy'] as const
export type Job = (typeof jobs)[number]

const examples = fileURLToPath(new URL('../../../../examples/observability', import.meta.url))
const inhibition = fileURLToPath(new URL('../../prometheus/alertmanager/inhibition.yml', import.meta.url))

/**
 * Starts all servers with the configuration of `examples/observability`. Changes addresses (ports instead of container
 * names), intervals, and additional scrape targets.
 */
export async function startStack(binaries: Binaries): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'runwell-backends-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [web, grpc, otlp, three, two, alerts, servicePort, metricsPort] = await Promise.all(
    Array.from({ length: 8 }, freePort),
  )
  if (!servicePort || !metricsPort) throw new Error('No free port')
  const webhook = await Webhook.open(`http://127.0.0.1:${servicePort}/alerts`)

  const changes: readonly (readonly [string, string])[] = [
    ['0.0.0.0:16686', `127.0.0.1:${web}`],
    ['0.0.0.0:16685', `127.0.0.1:${grpc}`],
    ['0.0.0.0:4318', `127.0.0.1:${otlp}`],
    ['alertmanager:9093', `127.0.0.1:${alerts}`],
    ['host.docker.internal:4700', `127.0.0.1:${webhook.port}`],
    ['host.docker.internal:9464', `127.0.0.1:${metricsPort}`],
    ['_interval: 5s', `_interval: ${beatMs}ms`],
    ['scrape_configs:\n', `scrape_configs:\n${jobs.map(scrapeConfig).join('')}`],
  ]
  const copy = (file: string, change = (text: string) => text) => {
    let text = change(readFileSync(join(examples, file), 'utf8'))
    for (const [from, to] of changes) text = text.replaceAll(from, to)
    const target = join(folder, file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    return target
  }
  copyRules(folder)

  const jaeger = new Server(binaries.jaeger, ['--config', copy('jaeger.yaml')], { TMPDIR: folder })
  const prometheus = (way: Way, program: string, config: string, port: number | undefined) =>
    new Server(program, [
      `--config.file=${copy(config, (text) => text.replace('global:\n', `global:\n  external_labels: { way: ${way} }\n`))}`,
      `--storage.tsdb.path=${join(folder, `data-${way}`)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--query.lookback-delta=${lookbackMs}ms`,
      ...(way === 'otlp' ? ['--web.enable-otlp-receiver'] : []),
    ])
  const prometheus3 = prometheus('otlp', binaries.prometheus3, 'prometheus/prometheus.yaml', three)
  const prometheus2 = prometheus('scraped', binaries.prometheus2, 'prometheus/scrape.yaml', two)
  const merged = (text: string) => `${text}\n${readFileSync(inhibition, 'utf8')}`
  const alertmanager = new Server(binaries.alertmanager, [
    `--config.file=${copy('alertmanager.yaml', merged)}`,
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
    prometheus: { otlp: base(three), scraped: base(two) },
    alertmanager: base(alerts),
    webhook,
    servicePort,
    metricsPort,
    folder,
  }
}

function scrapeConfig(job: Job): string {
  return `  - job_name: ${job}\n    file_sd_configs: [{ files: [targets/${job}.json], refresh_interval: 1s }]\n`
}

/** Copies the rules to the paths of both configurations. */
function copyRules(folder: string): void {
  const target = join(folder, 'prometheus')
  cpSync(join(examples, 'prometheus/rules'), join(target, 'rules'), { recursive: true })
  mkdirSync(join(target, 'targets'))
  for (const way of ways) {
    mkdirSync(join(target, 'runwell', way), { recursive: true })
    writeFileSync(join(target, 'runwell', way, 'runwell.yml'), fastRules(way))
  }
}

function ready(name: string, server: Server, url: string): Promise<true> {
  return eventually(`${name} to be ready`, startMs, async () => {
    if (server.isOver) throw new HopelessError(`it has exited: ${server.output.slice(-1_500)}`)
    const response = await fetch(url)
    return response.ok ? true : undefined
  })
}
