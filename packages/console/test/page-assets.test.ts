import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { staleFiles } from '../scripts/build-page.ts'
import { assets, page } from '../src/server/page-assets.ts'

it('the page in the package is the one of the sources (if not, run npx tsx packages/console/scripts/build-page.ts)', async () => {
  expect(await staleFiles()).toEqual([])
})

it('the first view needs at most 60 KB, compressed', () => {
  const names = [...page.matchAll(/\.\/assets\/([\w.-]+)/g)].map(([, name = '']) => name)
  const sizes = [page, ...names.map((name) => assets[name]?.body ?? '')].map((text) => gzipSync(text).length)

  // The page loads a style sheet, a script, and at least one chunk.
  expect(names.length).toBeGreaterThanOrEqual(3)
  expect(Math.min(...sizes)).toBeGreaterThan(100)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * 1_024)
})
