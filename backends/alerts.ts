import { eventually, getJson } from './check.ts'
import { type Service, tell } from './service.ts'
import type { Stack } from './stack.ts'

/** Breaks the upstream and waits until the webhook has been told, heals it and waits for the all-clear. */
export async function fireAndResolve(stack: Stack, service: Service, alert: string): Promise<string> {
  const began = performance.now()
  await tell(service, 'break')
  await told(service, `Alert firing: ${alert}`, 120_000)
  const fired = performance.now()
  const shown = (await getJson(`${stack.alertmanager}/api/v2/alerts`)) as readonly Shown[]
  const sources = shown.filter(({ labels }) => labels['alertname'] === alert).length

  await tell(service, 'heal')
  await told(service, `Alert resolved: ${alert}`, 180_000)
  const resolved = performance.now()
  return `fired after ${seconds(fired - began)}, resolved ${seconds(resolved - fired)} after the cure; ${sources} in Alertmanager`
}

interface Shown {
  readonly labels: Readonly<Record<string, string>>
}

function told(service: Service, line: string, limitMs: number): Promise<true> {
  return eventually(`"${line}" at the webhook`, limitMs, async () =>
    service.server.output.includes(line) ? true : undefined,
  )
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
