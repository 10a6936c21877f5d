import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startBrowser } from '../../../console/test/browser/start-browser.ts'
import { expect, getJson } from './check.ts'
import type { Stack } from './stack.ts'

const folder = fileURLToPath(new URL('../../../../docs/pictures/', import.meta.url))
const maxBytes = 150 * 1_024

interface Picture {
  readonly name: string
  readonly url: string
  /** The selector of an element that must be on the page before the picture is taken. */
  readonly shows: string
}

export async function drawPictures(stack: Stack): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const browser = await startBrowser()
  try {
    for (const { name, url, shows } of await pictures(stack)) {
      const page = await browser.newPage({ viewport: { width: 1100, height: 600 } })
      await page.goto(url)
      await page.locator(shows).first().waitFor({ timeout: 180_000 })
      const path = `${folder}${name}.png`
      await page.screenshot({ path })
      const { size } = statSync(path)
      expect(size <= maxBytes, `${path} has ${size} bytes`)
      await page.close()
    }
  } finally {
    await browser.close()
  }
  return `in ${folder}`
}

async function pictures({ zipkin, prometheus }: Stack): Promise<readonly Picture[]> {
  const query = new URLSearchParams({
    serviceName: 'shop',
    spanName: 'run search.index',
    lookback: '3600000',
  })
  const traces = (await getJson(`${zipkin}/api/v2/traces?${query}`)) as { readonly traceId: string }[][]
  const trace = traces.find((spans) => spans.length === 2)
  const graph = (expression: string) =>
    `${prometheus.victoria}/vmui/#/?g0.expr=${encodeURIComponent(expression)}&g0.range_input=5m&g0.relative_time=last_5_minutes`
  return [
    {
      name: 'zipkin-trace',
      url: `${zipkin}/zipkin/traces/${trace?.[0]?.traceId}`,
      shows: 'text=unit search.index shard',
    },
    {
      name: 'victoriametrics-failures',
      url: graph(
        'sum by (runwell_task_name) (increase(runwell_task_runs_total{job="faulty-tasks", runwell_task_run_result="failure"}[30s])) > 0',
      ),
      shows: 'canvas',
    },
    {
      name: 'vmalert-firing',
      url: graph('count by (alertname) (ALERTS{alertstate="firing"})'),
      shows: 'canvas',
    },
  ]
}
