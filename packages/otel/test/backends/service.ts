import { fileURLToPath } from 'node:url'
import { eventually, expect, HopelessError } from './check.ts'
import { Server, startMs } from './server.ts'
import { beatMs } from './speed.ts'
import type { Stack } from './stack.ts'

const program = fileURLToPath(new URL('../../../../examples/observability/service.ts', import.meta.url))

export interface Service {
  readonly server: Server
  readonly url: string
}

export async function startService(stack: Stack): Promise<Service> {
  const server = new Server(process.execPath, ['--import', 'tsx', program], {
    PORT: String(stack.servicePort),
    METRICS_PORT: String(stack.metricsPort),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${stack.collector}/v1/traces`,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${stack.prometheus.otlp}/api/v1/otlp/v1/metrics`,
    OTEL_METRIC_EXPORT_INTERVAL: String(beatMs),
    OTEL_BSP_SCHEDULE_DELAY: '500',
  })
  const url = `http://127.0.0.1:${stack.servicePort}`
  await eventually('the service to run', startMs, async () => {
    if (server.isOver) throw new HopelessError(`it has exited: ${server.output.slice(-1_500)}`)
    return server.output.includes('The shop runs') ? true : undefined
  })
  return { server, url }
}

/** `break` lets all requests fail, `wobble` 2 of 5, and `repair` none. */
export async function setUpstream(service: Service, what: 'break' | 'wobble' | 'repair'): Promise<void> {
  const { status } = await fetch(`${service.url}/${what}`, { method: 'POST' })
  expect(status === 200, `/${what} answered ${status}`)
}
