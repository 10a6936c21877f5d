import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { schemasFile, schemasText } from '../scripts/build-schemas.ts'

let expected: string

// The generator reads the types with the TypeScript compiler, which takes several seconds.
beforeAll(() => {
  expected = schemasText()
}, 60_000)

it('the schemas are those of the types (if not, run npx tsx packages/console/scripts/build-schemas.ts)', () => {
  expect(readFileSync(schemasFile, 'utf8')).toBe(expected)
})
