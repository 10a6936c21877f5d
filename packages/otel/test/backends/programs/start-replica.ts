import { handleSignals, Supervisor } from '@runwell/core'
import { startTelemetry } from '../../../src/node/index.ts'

/** A process with abandoned runs lives this much longer, so that Prometheus scrapes it twice after its stop. */
const lingerMs = 3_000

export async function startReplica(serviceName: string, register: (supervisor: Supervisor) => void) {
  const { INSTANCE_ID = 'replica', VERSION = '0', METRICS_PORT, CRASHES } = process.env
  const telemetry = await startTelemetry({
    serviceName,
    serviceInstanceId: INSTANCE_ID,
    resourceAttributes: { 'service.version': VERSION },
    traces: false,
    metrics: true,
    logs: false,
    prometheus: { port: Number(METRICS_PORT), host: '127.0.0.1' },
  })
  const supervisor = new Supervisor({ observers: [telemetry.observer], monitor: '1s' })
  register(supervisor)
  handleSignals(supervisor, {
    deadline: '6s',
    classGrace: '1s',
    onReport: async ({ abandoned }) => {
      if (abandoned.length > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs))
      await telemetry.shutdown()
    },
  })
  await supervisor.start()
  console.log('It runs')
  if (CRASHES) {
    setTimeout(() => {
      throw new Error('A bug in this version')
    }, 1_000)
  }
  return supervisor
}
