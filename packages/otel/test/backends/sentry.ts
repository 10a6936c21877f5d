import { fileURLToPath } from 'node:url'
import { Receiver } from '../../../sentry/test/receiver.ts'
import { eventually, expect, getJson } from './check.ts'
import { Server } from './server.ts'
import type { Stack } from './stack.ts'

const program = fileURLToPath(new URL('../../../sentry/test/programs/billing.ts', import.meta.url))
const limitMs = 180_000

export interface Billing {
  readonly receiver: Receiver
  readonly server: Server
}

export async function startBilling({ jaegerOtlp }: Stack): Promise<Billing> {
  const receiver = await Receiver.open()
  const server = new Server(process.execPath, ['--import', 'tsx', program], {
    DSN: receiver.dsn,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${jaegerOtlp}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: '500',
  })
  return { receiver, server }
}

export function issues({ receiver, server }: Billing): Promise<string> {
  return eventually(`events of both tasks: ${server.output.slice(-500)}`, limitMs, async () => {
    const tagged = receiver.payloads('event').map(({ tags, fingerprint }) => ({ tags, fingerprint }))
    const failed = tagged.filter(({ tags }) => tags['runwell.task'] === 'invoices.send')
    const given = tagged.find(({ tags }) => tags['runwell.task'] === 'gateway')
    if (failed.length === 0 || given === undefined) return undefined
    const { 'runwell.kind': kind, 'runwell.owner': owner } = failed[0]?.tags ?? {}
    expect(owner === 'billing', `owner is ${owner}`)
    return `${failed.length} of invoices.send (${kind}), and one of gateway (${given.tags['runwell.kind']})`
  })
}

export function checkIns({ receiver }: Billing): Promise<string> {
  return eventually('check-ins of both monitors', limitMs, async () => {
    const all = receiver.payloads('check_in')
    const good = all.find(({ monitor_slug: slug, status }) => slug === 'reports-nightly' && status === 'ok')
    const bad = all.find(({ monitor_slug: slug, status }) => slug === 'taxes-daily' && status === 'error')
    if (good === undefined || bad === undefined) return undefined
    const { schedule } = good.monitor_config ?? {}
    expect(schedule?.unit === 'day', `schedule is ${JSON.stringify(schedule)}`)
    return `ok and error, with the schedule of ${schedule.value} ${schedule.unit}`
  })
}

export function issueInTrace({ receiver }: Billing, { jaeger }: Stack): Promise<string> {
  return eventually('the trace of an issue in Jaeger', limitMs, async () => {
    const issue = receiver.payloads('event').find(({ tags }) => tags['runwell.task'] === 'invoices.send')
    const { trace_id: traceId, span_id: spanId } = issue?.contexts?.trace ?? {}
    if (traceId === undefined) return undefined
    const { data } = (await getJson(`${jaeger}/api/traces/${traceId}`)) as { readonly data: readonly Trace[] }
    const span = data[0]?.spans.find(({ spanID }) => spanID === spanId)
    return span?.operationName === 'run invoices.send' ? `the span is "${span.operationName}"` : undefined
  })
}

export async function sentryStops({ receiver, server }: Billing): Promise<string> {
  const code = await server.stop()
  const slugs = new Set(receiver.payloads('check_in').map(({ monitor_slug: slug }) => slug))
  await receiver.close()
  expect(code === 0, `exit code ${code}: ${server.output.slice(-500)}`)
  return `exit code 0, ${receiver.items.length} items, ${slugs.size} monitors`
}

interface Trace {
  readonly spans: readonly { readonly spanID: string; readonly operationName: string }[]
}
