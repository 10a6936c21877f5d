import cluster from 'node:cluster'
import type { ListenOptions } from 'node:net'
import { InvalidOptionError } from '@runwell/core'
import type { Warn } from '../options/observer-options.ts'
import type { PrometheusOptions } from './options.ts'
import { load } from './peers.ts'
import type { PrometheusExporter, PrometheusModule } from './sdk.ts'

/**
 * The internal HTTP server of the exporter. It is needed because the exporter has no option for an exclusive port.
 */
interface WithServer {
  readonly _server?: { listen(options: ListenOptions, done: () => void): unknown }
}

/**
 * The workers of a cluster must not share a port, because each scrape would reach a different worker. Returns
 * `undefined` if the port of a worker is in use.
 *
 * @throws an error with the port number if the server can't listen.
 */
export async function prometheusReader(
  options: PrometheusOptions,
  cardinalityLimit: number,
  warn: Warn,
): Promise<object | undefined> {
  const { port = prometheusPort(), host, endpoint } = options // without `host`, the exporter reads the environment
  const name = '@opentelemetry/exporter-prometheus'
  const module = await load<PrometheusModule>(name, 'to serve metrics to Prometheus')
  const exporter = new module.PrometheusExporter({
    port,
    preventServerStart: true,
    ...(host === undefined ? {} : { host }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  exporter.selectCardinalityLimit = () => cardinalityLimit
  if (cluster.isWorker) listenAlone(exporter)
  try {
    await exporter.startServer()
  } catch (error) {
    if (cluster.isWorker && isPortInUse(error)) {
      warn(portInUseWarning(port))
      return undefined
    }
    throw new Error(`Could not serve metrics to Prometheus on port ${port}: ${String(error)}`, {
      cause: error,
    })
  }
  return exporter
}

function listenAlone(exporter: PrometheusExporter): void {
  const server = (exporter as WithServer)._server
  if (typeof server?.listen !== 'function') return
  const listen = server.listen.bind(server)
  server.listen = (options, done) => listen({ ...options, exclusive: true }, done)
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function portInUseWarning(port: number): string {
  return (
    `Runwell: port ${port} is in use, most likely by another worker of this cluster, so the metrics of worker ` +
    `${cluster.worker?.id} can't be scraped. Give each worker its own port: prometheus: { port: ${port} + cluster.worker.id }, ` +
    `with PM2 ${port} + ` +
    'Number(process.env.NODE_APP_INSTANCE). Or push metrics by OTLP instead.'
  )
}

function prometheusPort(): number {
  const name = 'OTEL_EXPORTER_PROMETHEUS_PORT'
  const text = process.env[name]?.trim()
  if (text === undefined || text === '') return 9464
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new InvalidOptionError(name, 'a whole number from 1 to 65535', text)
}
