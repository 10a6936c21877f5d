import { expect, it } from 'vitest'
import { beginning } from '../src/page/format.ts'

it('shortens a long text without half of an emoji at its end', () => {
  expect(beginning('disk full 💥 on db-1', 11)).toBe('disk full ')
  expect(beginning('disk full 💥 on db-1', 12)).toBe('disk full 💥')
  expect(beginning('disk full', 4)).toBe('disk')
})
