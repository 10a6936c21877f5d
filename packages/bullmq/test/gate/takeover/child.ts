import { cron, Supervisor } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import { bullmqFleet } from '../../../src/bullmq-fleet.ts'
import type { Orders, Reply } from './orders.ts'

const { fleet, endpoint, at } = JSON.parse(String(process.env['TAKEOVER'])) as Orders
const telemetry = await startTelemetry({ serviceName: 'shop', endpoint, protocol: 'http/json' })
const supervisor = new Supervisor({
  name: 'shop',
  env: {},
  observers: [telemetry.observer],
  fleet: bullmqFleet(fleet),
})
const slot = new Date(at)
const task = supervisor.register({
  name: 'invoices.nightly',
  scope: 'service',
  schedule: cron(`${slot.getUTCSeconds()} ${slot.getUTCMinutes()} ${slot.getUTCHours()} * * *`),
  run: async ({ unit, sleep }) => {
    await unit('first page', () => {})
    await sleep('5s')
  },
})

process.on('message', (message: 'tell' | 'stop') => {
  if (message === 'stop') {
    void supervisor
      .stop({ deadline: '10s' })
      .then(() => telemetry.shutdown())
      .finally(() => process.exit(0))
    return
  }
  const reply: Reply = {
    instanceId: supervisor.instanceId,
    history: task.history(),
    active: task.active(),
    running: task.fleet?.running ?? [],
    members: task.fleet?.members.length ?? 0,
  }
  process.send?.(reply)
})
// Ends this process when its parent has ended.
process.on('disconnect', () => process.exit(1))
await supervisor.start()
process.send?.('ready')
