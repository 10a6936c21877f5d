import { type StopOptions, Supervisor } from '@runwell/core'
import { type Api, startApi } from './api.ts'
import { type OpenConsole, openConsole } from './console.ts'
import { gatewayFaults, upstreamFaults } from './faults.ts'
import { startGateway } from './gateway.ts'
import type { Options } from './options.ts'
import { registerChat } from './tasks/chat.ts'
import { registerFeeds } from './tasks/feeds.ts'
import { registerReports } from './tasks/reports.ts'
import type { Telemetry } from './telemetry.ts'
import { startUpstream } from './upstream.ts'
import { startVisitor } from './visitor.ts'

export interface Service {
  readonly supervisor: Supervisor
  readonly telemetry: Telemetry
  readonly api: Api
  readonly console: OpenConsole | undefined
  /** With these options, a stop closes the API before it stops any task. */
  readonly stopOptions: StopOptions
  start(): Promise<void>
  /** Call it after the supervisor has stopped. */
  close(): Promise<void>
}

/**
 * Tasks start only with `start()`.
 *
 * @throws `UsageError` if the port of the API is not available
 */
export async function openService({ seed, port, consolePort }: Options): Promise<Service> {
  const supervisor = new Supervisor({ name: 'demo', observers: [], monitor: '5s', seed })
  let reports: ReturnType<typeof registerReports> | undefined
  // The API starts first, so that a port in use is reported immediately and probes get answers early.
  const api = await startApi(port, supervisor, { requestReport: () => reports?.request().runId })

  const console = consolePort === undefined ? undefined : await openConsole(supervisor, consolePort)

  const { startDemoTelemetry } = await import('./telemetry.ts')
  const telemetry = await startDemoTelemetry(process.env)
  for (const observer of telemetry.observers) supervisor.observe(observer)
  const upstream = await startUpstream(upstreamFaults(seed))
  const gateway = await startGateway(gatewayFaults(seed))
  const parts = { seed, upstream: upstream.url, gateway: gateway.url }
  registerFeeds(supervisor, parts)
  registerChat(supervisor, parts)
  reports = registerReports(supervisor, parts)

  let leave = () => {}
  return {
    supervisor,
    telemetry,
    api,
    console,
    stopOptions: {
      deadline: '8s',
      classGrace: '2s',
      // During this time, `/readyz` returns 503, so that load balancers stop sending requests.
      drainDelay: '1s',
      before: () => {
        leave()
        return api.close()
      },
    },
    start: async () => {
      await supervisor.start()
      leave = startVisitor(api.url, seed).stop
    },
    close: async () => {
      await Promise.all([upstream.close(), gateway.close(), telemetry.close(), console?.close()])
    },
  }
}
