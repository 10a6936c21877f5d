import { eventually, expect, getJson } from './check.ts'
import { type Service, tell } from './service.ts'
import { type Stack, type Way, ways } from './stack.ts'
import type { Told } from './webhook.ts'

/** Of the package, and of the example itself. */
const ratios = ['RunwellTaskErrorRatio', 'ShopOrdersFail']

/**
 * The upstream fails 2 of 5 requests: too many, yet each is followed by a success soon, so that nothing but the ratio
 * tells. Waits for the webhook to be told by either way, heals the upstream, and waits for the all-clear.
 */
export async function ratioFiresAndResolves(stack: Stack, service: Service): Promise<string> {
  const broke = Date.now()
  await tell(service, 'wobble')
  const fired = await Promise.all(pairs((alert, way) => told(stack, alert, way, 'firing', broke)))
  const healed = Date.now()
  await tell(service, 'heal')
  const resolved = await Promise.all(pairs((alert, way) => over(stack, alert, way, broke)))
  for (const way of ways) {
    const isSeen = resolved.some(({ labels, receivedAt }) => labels['way'] === way && receivedAt >= healed)
    expect(isSeen, `the webhook was told of no all-clear after the cure, ${way}`)
  }

  await eventually('the service to have printed it', 10_000, async () => {
    const lines = ratios.flatMap((alert) => [`Alert firing: ${alert}`, `Alert resolved: ${alert}`])
    return lines.every((line) => service.server.output.includes(line)) ? true : undefined
  })
  const after = (all: readonly Told[], since: number) =>
    all.map(({ receivedAt }) => Math.max(0, Math.round((receivedAt - since) / 1_000))).join(', ')
  return `${ratios.join(' and ')}, by ${ways.join(' and ')}: told after ${after(fired, broke)} s, resolved ${after(resolved, healed)} s after the cure`
}

/** The upstream fails wholly. That the task is unhealthy is told, and silences what its error ratio has to say. */
export async function ratioIsHeldBack(stack: Stack, service: Service): Promise<string> {
  const broke = Date.now()
  await tell(service, 'break')
  const unhealthy = await Promise.all(
    ways.map((way) => told(stack, 'RunwellTaskUnhealthy', way, 'firing', broke)),
  )
  const inhibited = await Promise.all(ways.map((way) => inhibitedRatio(stack, way)))
  const healed = Date.now()
  await tell(service, 'heal')
  await Promise.all(ways.map((way) => told(stack, 'RunwellTaskUnhealthy', way, 'resolved', healed)))

  // What is left in the windows fires on after the cure: all has to be over before the next is tried.
  await eventually('the ratios to be quiet', 120_000, async () => {
    const shown = await shownAlerts(stack)
    const isLeft = ({ labels }: Shown) =>
      labels['job'] === 'shop' && ratios.includes(labels['alertname'] ?? '')
    return shown.some(isLeft) ? undefined : true
  })
  const heard = stack.webhook.told.filter(
    ({ labels, status, startsAt }) => status === 'firing' && startsAt >= broke && isRatio(labels),
  )
  const early = heard.filter(({ receivedAt }) => receivedAt < healed)
  expect(early.length === 0, `the webhook was told of the ratio ${early.length} times`)
  const rest =
    heard.length === 0 ? 'never told' : `not told before the cure, and ${heard.length} times after it`
  return `RunwellTaskUnhealthy told by ${unhealthy.length} ways; RunwellTaskErrorRatio held back by ${[...new Set(inhibited)].join(', ')}, ${rest}`
}

function isRatio(labels: Readonly<Record<string, string>>): boolean {
  return labels['alertname'] === 'RunwellTaskErrorRatio' && labels['job'] === 'shop'
}

async function shownAlerts({ alertmanager }: Stack): Promise<readonly Shown[]> {
  return (await getJson(`${alertmanager}/api/v2/alerts`)) as readonly Shown[]
}

/** What keeps Alertmanager from telling of the error ratio: the name of another alert. */
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

function told(
  { webhook }: Stack,
  alert: string,
  way: Way,
  status: Told['status'],
  since: number,
): Promise<Told> {
  return eventually(`${alert} ${status} at the webhook, ${way}`, 120_000, async () =>
    webhook.told.find(
      (one) =>
        one.receivedAt >= since &&
        one.status === status &&
        one.labels['alertname'] === alert &&
        one.labels['way'] === way &&
        one.labels['job'] === 'shop',
    ),
  )
}

/**
 * The last that the webhook is told of an alert: that it is over, and Alertmanager knows no more of it. On a busy machine
 * pushes come late, and a share over so short a window may fall below its limit before the cure: then it is not told anew.
 */
function over(stack: Stack, alert: string, way: Way, since: number): Promise<Told> {
  return eventually(`${alert} resolved at the webhook, ${way}`, 120_000, async () => {
    const isIt = (labels: Readonly<Record<string, string>>): boolean =>
      labels['alertname'] === alert && labels['way'] === way && labels['job'] === 'shop'
    const last = stack.webhook.told.findLast((one) => one.receivedAt >= since && isIt(one.labels))
    if (last?.status !== 'resolved') return undefined
    return (await shownAlerts(stack)).some(({ labels }) => isIt(labels)) ? undefined : last
  })
}

function pairs<Result>(ask: (alert: string, way: Way) => Result): Result[] {
  return ratios.flatMap((alert) => ways.map((way) => ask(alert, way)))
}
