import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { adoptNodeCron } from '@runwell/adopt/node-cron'
import { handleSignals, Supervisor } from '@runwell/core'
import { otelObserver } from '@runwell/otel'
import nodeCron from 'node-cron'

const exporter = new OTLPTraceExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
provider.register()
export const supervisor = new Supervisor({ observers: [otelObserver()] })
export const cron = adoptNodeCron(nodeCron, supervisor)
handleSignals(supervisor)
await supervisor.start()
