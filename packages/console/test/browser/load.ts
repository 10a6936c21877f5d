import { gzipSync } from 'node:zlib'
import { manual, Supervisor } from '@runwell/core'
import type { Browser } from 'playwright-core'
import type { LaneRun, Timeline } from '../../src/api/timeline.ts'
import { actions } from '../../src/api/types.ts'
import { createConsole } from '../../src/index.ts'
import { type Checks, expect } from './checks.ts'
import { newTab, type Tab } from './tab.ts'
import { withoutFaults } from './views.ts'

const taskCount = 10_000
const eventsPerSecond = 1_000
const seconds = 6
const maxFirstLoadBytes = 60 * 1_024

export async function carryLoad(browser: Browser, checks: Checks): Promise<void> {
  const supervisor = new Supervisor({ observers: [], name: 'large' })
  for (let index = 0; index < taskCount; index += 1) {
    supervisor.register({ name: `task.${String(index).padStart(5, '0')}`, schedule: manual(), run: () => {} })
  }
  await supervisor.start()
  const made = createConsole(supervisor, { authorize: () => ({ user: 'anna', can: actions }) })
  const { link: url } = await made.listen({ port: 0 })
  let events = 0
  const onEvent = (): void => {
    events += 1
  }
  const detach = supervisor.observe({ name: 'counter', onEvent })
  let next = 0
  let begun = 0
  const timer = setInterval(() => {
    begun ||= performance.now()
    const due = ((performance.now() - begun) / 1_000) * (eventsPerSecond / 2)
    for (; next < due; next += 1) void supervisor.task(nameOf(next))?.trigger()
  }, 20)
  const tab = await newTab(browser)

  await checks.check('first load', () => firstLoad(tab, url))
  await checks.check(
    `${taskCount} tasks, ${eventsPerSecond} events a second: the page has time left`,
    async () => {
      await tab.open(url, '#/tasks')
      return busyShare(tab, () => events)
    },
  )
  await checks.check('under this load a search answers, and the table scrolls to its end', async () => {
    const { page } = tab
    await page.getByLabel('Search tasks').fill('task.09999')
    await page.getByText('1 of 10000').waitFor({ timeout: 30_000 })
    await page.getByLabel('Search tasks').fill('')
    await page.getByText('10000 of 10000').waitFor({ timeout: 30_000 })
    await page.locator('.table').evaluate((table) => table.scrollTo(0, table.scrollHeight))
    await page.locator('.table').getByText('task.09999').waitFor({ timeout: 30_000 })
    const rows = await page.locator('.table tbody tr').count()
    expect(rows < 60, `${rows} rows are in the document`)
    return `${rows} rows are in the document`
  })
  await checks.check('a timeline of many blocks has few elements', () => longTimeline(tab, url))
  await checks.check('a view whose answers take long reads them less often', () => rareReads(tab, url))
  await withoutFaults(checks, 'violations under load', tab)
  clearInterval(timer)
  detach()
  await made.close()
  await supervisor.stop()
}

function nameOf(index: number): string {
  return `task.${String(index % taskCount).padStart(5, '0')}`
}

/** The largest timeline that the page draws: 200 lanes, and 500 times in which the event loop was blocked. */
async function longTimeline(tab: Tab, url: string): Promise<string> {
  const to = Date.now()
  const from = to - 3_600_000
  const run = { outcome: 'succeeded', durationMs: 900, attempt: 1, startedAt: from + 60_000 }
  const timeline: Timeline = {
    from,
    to,
    lanes: Array.from({ length: 200 }, (_, index) => ({
      task: nameOf(index),
      runs: [{ ...run, runId: `run-${index}`, latenessMs: undefined, instanceId: undefined } as LaneRun],
      marks: [],
      isWhole: true,
    })),
    bands: Array.from({ length: 500 }, (_, index) => ({
      what: 'blocked',
      from: from + index * 7_000,
      to: from + index * 7_000 + 300,
      text: 'The event loop was blocked.',
    })),
  }
  await tab.page.route('**/api/v1/timeline?*', (route) => route.fulfill({ json: timeline }))
  await tab.open(url, '#/timeline')
  await tab.page.locator('.lane').last().waitFor()
  const pictures = await tab.page.locator('.lane *').count()
  await tab.page.unrouteAll()
  expect(pictures < 2_000, `${pictures} elements`)
  return `${pictures} elements`
}

/** An answer that takes 300 ms may use much of a core, so the page must wait 20 times as long for the next one. */
async function rareReads(tab: Tab, url: string): Promise<string> {
  let reads = 0
  await tab.page.route('**/api/v1/stop-plan', async (route) => {
    reads += 1
    await new Promise((resolve) => setTimeout(resolve, 300))
    await route.continue()
  })
  await tab.open(url, '#/stop')
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  await tab.page.unrouteAll({ behavior: 'wait' })
  expect(reads === 1, `${reads} reads in 5 s`)
  return '1 read in 5 s'
}

async function firstLoad(tab: Tab, url: string): Promise<string> {
  let bytes = 0
  const files: string[] = []
  const add = async (response: import('playwright-core').Response): Promise<void> => {
    if (!/\/(assets\/.*)?$/.test(new URL(response.url()).pathname)) return
    const size = gzipSync(await response.body()).length
    bytes += size
    files.push(`${new URL(response.url()).pathname} ${size}`)
  }
  const adding: Promise<void>[] = []
  tab.page.on('response', (response) => adding.push(add(response)))
  await tab.open(url, '#/tasks')
  await Promise.all(adding)
  tab.page.removeAllListeners('response')
  const paint = await tab.page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  )
  expect(files.length >= 3, `only ${files.join(', ')} were loaded`)
  expect(bytes <= maxFirstLoadBytes, `${bytes} bytes: ${files.join(', ')}`)
  return `${(bytes / 1_024).toFixed(1)} KB gzip in ${files.length} files, first paint after ${Math.round(paint)} ms`
}

/** Measures processor time, because the load of other processes does not change it. */
async function busyShare(tab: Tab, events: () => number): Promise<string> {
  const devtools = await tab.page.context().newCDPSession(tab.page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taskTime = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
  }
  const [pageBefore, serverBefore, eventsBefore, beganAt] = [
    await taskTime(),
    process.cpuUsage(),
    events(),
    performance.now(),
  ]
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const took = (performance.now() - beganAt) / 1_000
  const page = ((await taskTime()) - pageBefore) / took
  const { user, system } = process.cpuUsage(serverBefore)
  const rate = (events() - eventsBefore) / took
  const text = `${Math.round(rate)} events a second; page ${percent(page)} of a core, server with the load ${percent((user + system) / 1e6 / took)}`
  expect(rate > eventsPerSecond * 0.7, text)
  expect(page < 0.5, text)
  return text
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
