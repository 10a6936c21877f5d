import { type StopOptions, Supervisor } from '@runwell/core'
import { type Api, startApi } from './api.ts'
import { gatewayFaults, upstreamFaults } from './faults.ts'
import { startGateway } from './gateway.ts'
import type { Options } from './options.ts'
import { registerChat } from './tasks/chat.ts'
import { registerFeeds } from './tasks/feeds.ts'
import { registerReports } from './tasks/reports.ts'
import type { Telemetry } from './telemetry.ts'
import { startUpstream } from './upstream.ts'
import { startVisitor } from './visitor.ts'

/** The whole demo: the service, the world around it, and where its telemetry goes. */
export interface Service {
  readonly supervisor: Supervisor
  readonly telemetry: Telemetry
  readonly api: Api
  /** How it should be stopped: the API first, then the tasks, class by class. */
  readonly stopOptions: StopOptions
  /** Starts the tasks, and lets people in. */
  start(): Promise<void>
  /** Takes the world away; the supervisor has stopped before. */
  close(): Promise<void>
}

/**
 * Sets everything up and starts no task yet.
 *
 * @throws `UsageError` when the port of the API can't be had.
 */
export async function openService({ seed, port }: Options): Promise<Service> {
  // Nobody listens yet: the observers come with the telemetry.
  const supervisor = new Supervisor({ name: 'demo', observers: [], monitor: '5s', seed })
  let reports: ReturnType<typeof registerReports> | undefined
  // First of all, so that a port which is taken is told at once, and probes are answered from the beginning.
  const api = await startApi(port, supervisor, { requestReport: () => reports?.request().runId })

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
    stopOptions: {
      deadline: '8s',
      classGrace: '2s',
      // For a second `/readyz` says no and requests are still answered, so that load balancers can notice.
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
      await Promise.all([upstream.close(), gateway.close(), telemetry.close()])
    },
  }
}
