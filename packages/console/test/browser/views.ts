import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { type Checks, expect } from './checks.ts'
import { shop } from './shop.ts'
import { newTab, type Tab } from './tab.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const views: Readonly<Record<string, readonly string[]>> = {
  '#/tasks': ['orders.import', 'tasks have problems', 'ECONNREFUSED', 'The event loop was blocked'],
  '#/tasks?health=unhealthy&sort=name': ['chat.legacy', 'of 11'],
  '#/task/orders.import': ['failed', 'ECONNREFUSED', 'Last good run', 'Since the start'],
  '#/task/search.synonyms': ['It has been paused for', 'the new dictionary is being imported (anna)'],
  '#/task/no.such.task': ['There is no task named no.such.task'],
  '#/timeline': ['search.index', 'succeeded', 'in which the process could not work'],
  '#/next': ['orders.expire', 'no: paused: the new dictionary'],
  '#/events': ['Copy as JSON lines'],
  '#/loop': ['reports.render', 'has blocked the event loop most', 'measured'],
  '#/stop': ['If the process stopped now', 'chat.gateway', 'running for'],
  '#/audit': ['No one has controlled a task'],
}

export async function lookAtViews(browser: Browser, checks: Checks): Promise<void> {
  const world = await shop()
  const url = await world.listen()
  for (const colorScheme of ['light', 'dark'] as const) {
    const tab = await newTab(browser, { colorScheme })
    for (const [hash, words] of Object.entries(views)) {
      await checks.check(`${hash}, ${colorScheme}`, async () => {
        await tab.open(url, hash)
        if (hash === '#/events') await world.clock.advance('30s')
        await sees(tab, hash === '#/events' ? [...words, 'orders.import'] : words)
        return `0 violations of ${await accessibility(tab)} rules`
      })
    }
    await withoutFaults(checks, `violations in ${colorScheme}`, tab)
  }
  const small = await newTab(browser, { viewport: { width: 380, height: 760 } })
  for (const hash of Object.keys(views)) {
    await checks.check(`${hash} at 380 px`, async () => {
      await small.open(url, hash)
      const wide = await small.page.evaluate(tooWide)
      expect(wide.length === 0, `wider than the window: ${wide.join(', ')}`)
      return undefined
    })
  }
  await withoutFaults(checks, 'violations at 380 px', small)
  await world.close()
}

export function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  const wide = [...document.querySelectorAll('main *')]
    .filter(
      (element) => element.getBoundingClientRect().right > clientWidth && element.closest('table') === null,
    )
    .map(
      (element) =>
        `${element.tagName}.${element.getAttribute('class')} ${element.getBoundingClientRect().right}`,
    )
  return wide.length > 0 ? wide : [`something in a table, which makes the page ${scrollWidth} px wide`]
}

async function sees(tab: Tab, words: readonly string[]): Promise<void> {
  for (const word of words)
    await tab.page.getByText(word).first().waitFor({ state: 'attached', timeout: 30_000 })
}

async function accessibility(tab: Tab): Promise<number> {
  await tab.page.evaluate(axe)
  const { violations, passes } = await tab.page.evaluate(
    // By default, axe would fetch the style sheets again.
    () =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        preload: false,
      }),
  )
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
  expect(found.length === 0, found.join('\n'))
  return passes.length
}

export async function withoutFaults(checks: Checks, name: string, tab: Tab): Promise<void> {
  await checks.check(name, async () => {
    expect(tab.faults.length === 0, tab.faults.join('\n'))
    return '0'
  })
  await tab.close()
}
