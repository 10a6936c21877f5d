import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { manual } from '@runwell/core'
import type { Browser } from 'playwright-core'
import type { Checks } from './checks.ts'
import { newTab } from './tab.ts'
import { World } from './world.ts'

const loads = 15
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Each load had an empty cache. */
export interface FirstPaints {
  readonly console: readonly Paint[]
  readonly empty: readonly Paint[]
  /** The first load of the console after the demo has printed its address. */
  readonly first: Paint
}

/** Only reports the times, because a limit would fail on a busy machine. */
export async function timeFirstPaint(browser: Browser, checks: Checks): Promise<void> {
  await checks.check('first paint of the demo', async () => {
    const { console, empty, first } = await measureFirstPaint(browser)
    return [
      `median ${inWords(console)}`,
      `an empty page ${inWords(empty)}`,
      `the very first ${inWords([first])}`,
      `${loads} loads each, load average ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`,
    ].join('; ')
  })
  await checks.check('a signed-in viewer sees the tasks while the API does not answer yet', () =>
    showsWithoutApi(browser),
  )
}

export async function measureFirstPaint(browser: Browser): Promise<FirstPaints> {
  const demo = await startDemo()
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Empty</title><p>Nothing</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const emptyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const first = await firstPaint(browser, demo.url, true)
  const console: Paint[] = []
  const empty: Paint[] = []
  for (let round = 0; round < loads; round += 1) {
    empty.push(await firstPaint(browser, emptyUrl, false))
    console.push(await firstPaint(browser, demo.url, true))
  }
  server.close()
  demo.stop()
  return { console, empty, first }
}

async function showsWithoutApi(browser: Browser): Promise<undefined> {
  const world = new World()
  world.supervisor.register({ name: 'mail.send', schedule: manual(), run: () => {} })
  await world.supervisor.start()
  const url = await world.listen()
  const tab = await newTab(browser)
  await tab.page.route('**/api/v1/**', () => {})
  await tab.page.goto(url)
  await tab.page.locator('main table').getByText('mail.send').waitFor()
  await tab.close()
  await world.close()
  return undefined
}

/** In milliseconds since the navigation began. */
export interface Paint {
  readonly firstByteMs: number
  readonly paintedMs: number
  /** When the table of tasks was there; `NaN` for a page without one. */
  readonly tasksMs: number
}

async function firstPaint(browser: Browser, url: string, hasTasks: boolean): Promise<Paint> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(noteTimes)
  await page.goto(url)
  await page.waitForFunction((waits) => {
    const { paintedMs, tasksMs } = window as unknown as Partial<Paint>
    return paintedMs !== undefined && (tasksMs !== undefined || !waits)
  }, hasTasks)
  const paint = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const { paintedMs = Number.NaN, tasksMs = Number.NaN } = window as unknown as Partial<Paint>
    return { paintedMs, tasksMs, firstByteMs: navigation?.responseStart ?? Number.NaN }
  })
  await context.close()
  return paint
}

/** This code is a text, because the compiler would add calls of helper functions that the page does not have. */
const noteTimes = `
new PerformanceObserver((list) => {
  window.paintedMs = list.getEntriesByName('first-contentful-paint')[0]?.startTime ?? window.paintedMs
}).observe({ type: 'paint', buffered: true })
requestAnimationFrame(function look() {
  if (document.querySelector('main table tbody tr') === null) requestAnimationFrame(look)
  else window.tasksMs = performance.now()
})`

function inWords(paints: readonly Paint[]): string {
  const middle = (key: keyof Paint): number => Math.round(median(paints.map((paint) => paint[key])))
  const tasks = middle('tasksMs')
  return `${middle('paintedMs')} ms (first byte ${middle('firstByteMs')} ms${Number.isNaN(tasks) ? '' : `, tasks ${tasks} ms`})`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function startDemo(): Promise<{ readonly url: string; stop(): void }> {
  const args = ['--import', 'tsx', 'examples/service/main.ts', '--no-table', '--port=0', '--console-port=0']
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The demo has ended:\n${printed}`)))
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString()
      const found = /Console: (\S+)/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return { url, stop: () => child.kill('SIGKILL') }
}
