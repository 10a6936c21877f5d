import { adoptNodeCron } from '@runwell/adopt/node-cron'
import { handleSignals, Supervisor } from '@runwell/core'
import { startTelemetry } from '@runwell/otel/node'
import nodeCron from 'node-cron'

const telemetry = await startTelemetry({ serviceName: 'newcomer' })
export const supervisor = new Supervisor({ observers: [telemetry.observer] })
export const cron = adoptNodeCron(nodeCron, supervisor)
handleSignals(supervisor)
await supervisor.start()
