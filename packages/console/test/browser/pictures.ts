import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { expect } from './checks.ts'
import { shop } from './shop.ts'
import { newTab } from './tab.ts'

const folder = fileURLToPath(new URL('../../../../docs/pictures/', import.meta.url))
const maxBytes = 150 * 1_024

const pictures: Readonly<Record<string, string>> = {
  overview: '#/tasks',
  why: '#/task/orders.import',
  timeline: '#/timeline?last=1h',
  next: '#/next',
  loop: '#/loop',
  stop: '#/stop',
}

export async function drawPictures(browser: Browser): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const world = await shop()
  const url = await world.listen()
  for (const colorScheme of ['light', 'dark'] as const) {
    const tab = await newTab(browser, { colorScheme, viewport: { width: 1100, height: 700 } })
    for (const [name, hash] of Object.entries(pictures)) {
      const path = `${folder}console-${name}-${colorScheme}.png`
      await tab.open(url, hash)
      await tab.page.screenshot({ path })
      const { size } = statSync(path)
      expect(size <= maxBytes, `${path} has ${size} bytes`)
      console.log(`drew   ${path}: ${Math.round(size / 1_024)} KB`)
    }
    await tab.close()
  }
  await world.close()
}
