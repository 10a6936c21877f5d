import { expect, it } from 'vitest'
import { staleFiles } from '../scripts/build-page.ts'

it('the page in the package is the one of the sources (if not, run npx tsx packages/console/scripts/build-page.ts)', async () => {
  expect(await staleFiles()).toEqual([])
})
