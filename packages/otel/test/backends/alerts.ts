import { eventually, expect, getJson } from './check.ts'
import { type Service, setUpstream } from './service.ts'
import type { Stack } from './stack.ts'
import { nameOf, shopWays, type Way } from './ways.ts'
import type { ReceivedAlert } from './webhook.ts'

/** One alert of `@runwell/otel`, and one of `examples/observability`. */
const ratios = ['RunwellTaskErrorRatio', 'ShopOrdersFail']

/** Only the error ratio shows that 2 of 5 requests fail. */
export async function ratioFiresAndResolves(stack: Stack, service: Service): Promise<string> {
  const broke = Date.now()
  await setUpstream(service, 'wobble')
  const fired = await Promise.all(pairs((alert, way) => received(stack, alert, way, 'firing', broke)))
  const healed = Date.now()
  await setUpstream(service, 'repair')
  const resolved = await Promise.all(pairs((alert, way) => over(stack, alert, way, broke)))
  for (const way of shopWays) {
    const isSeen = resolved.some(({ labels, receivedAt }) => labels['way'] === way && receivedAt >= healed)
    expect(isSeen, `the webhook received no resolved message after the fix, ${way}`)
  }

  await eventually('the service to have printed it', 10_000, async () => {
    const lines = ratios.flatMap((alert) => [`Alert firing: ${alert}`, `Alert resolved: ${alert}`])
    return lines.every((line) => service.server.output.includes(line)) ? true : undefined
  })
  const seconds = (all: readonly ReceivedAlert[], alert: number, since: number) =>
    shopWays.map((way, at) => {
      const { receivedAt = 0 } = all[alert * shopWays.length + at] ?? {}
      return `${Math.max(0, Math.round((receivedAt - since) / 1_000))} s (${nameOf[way]})`
    })
  const texts = ratios.map((alert, at) => {
    const from = at === 0 ? '' : ' of examples/observability'
    const [began, ended] = [seconds(fired, at, broke), seconds(resolved, at, healed)]
    return (
      `The webhook received ${alert}${from} ${began.join(' and ')} after the first failure. ` +
      `It received the end of this alert ${ended.join(' and ')} after the fix.`
    )
  })
  return texts.join(' ').slice(0, -1)
}

export async function ratioIsInhibited(stack: Stack, service: Service): Promise<string> {
  const broke = Date.now()
  await setUpstream(service, 'break')
  const unhealthy = await Promise.all(
    shopWays.map((way) => received(stack, 'RunwellTaskUnhealthy', way, 'firing', broke)),
  )
  const inhibited = await Promise.all(shopWays.map((way) => inhibitedRatio(stack, way)))
  const healed = Date.now()
  await setUpstream(service, 'repair')
  await Promise.all(shopWays.map((way) => received(stack, 'RunwellTaskUnhealthy', way, 'resolved', healed)))

  // The ratios cover a window, so they still fire for a while after the fix.
  await eventually('the ratios to be quiet', 120_000, async () => {
    const shown = await shownAlerts(stack)
    const isLeft = ({ labels }: Shown) =>
      labels['job'] === 'shop' && ratios.includes(labels['alertname'] ?? '')
    return shown.some(isLeft) ? undefined : true
  })
  const messages = stack.webhook.received.filter(
    ({ labels, status, startsAt }) => status === 'firing' && startsAt >= broke && isRatio(labels),
  )
  const early = messages.filter(({ receivedAt }) => receivedAt < healed)
  expect(early.length === 0, `the webhook received the error ratio alert ${early.length} times`)
  return (
    `${[...new Set(inhibited)].join(', ')} of ${unhealthy.length} Prometheus servers inhibited RunwellTaskErrorRatio. ` +
    `So the webhook received RunwellTaskErrorRatio only after the fix, ${messages.length} times`
  )
}

function isRatio(labels: Readonly<Record<string, string>>): boolean {
  return labels['alertname'] === 'RunwellTaskErrorRatio' && labels['job'] === 'shop'
}

async function shownAlerts({ alertmanager }: Stack): Promise<readonly Shown[]> {
  return (await getJson(`${alertmanager}/api/v2/alerts`)) as readonly Shown[]
}

function inhibitedRatio(stack: Stack, way: Way): Promise<string> {
  return eventually(`RunwellTaskErrorRatio to be inhibited, ${way}`, 90_000, async () => {
    const shown = await shownAlerts(stack)
    const ratio = shown.find(({ labels }) => isRatio(labels) && labels['way'] === way)
    if (ratio?.status.state !== 'suppressed') return undefined
    const by = shown.find(({ fingerprint }) => ratio.status.inhibitedBy.includes(fingerprint))
    return by?.labels['alertname']
  })
}

interface Shown {
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] }
}

function received(
  { webhook }: Stack,
  alert: string,
  way: Way,
  status: ReceivedAlert['status'],
  since: number,
): Promise<ReceivedAlert> {
  return eventually(`${alert} ${status} at the webhook, ${way}`, 120_000, async () =>
    webhook.received.find(
      (one) =>
        one.receivedAt >= since &&
        one.status === status &&
        one.labels['alertname'] === alert &&
        one.labels['way'] === way &&
        one.labels['job'] === 'shop',
    ),
  )
}

/** The alert may have resolved before the fix, because late pushes on a busy machine can lower the ratio. */
function over(stack: Stack, alert: string, way: Way, since: number): Promise<ReceivedAlert> {
  return eventually(`${alert} resolved at the webhook, ${way}`, 120_000, async () => {
    const isIt = (labels: Readonly<Record<string, string>>): boolean =>
      labels['alertname'] === alert && labels['way'] === way && labels['job'] === 'shop'
    const last = stack.webhook.received.findLast((one) => one.receivedAt >= since && isIt(one.labels))
    if (last?.status !== 'resolved') return undefined
    return (await shownAlerts(stack)).some(({ labels }) => isIt(labels)) ? undefined : last
  })
}

function pairs<Result>(ask: (alert: string, way: Way) => Result): Result[] {
  return ratios.flatMap((alert) => shopWays.map((way) => ask(alert, way)))
}
