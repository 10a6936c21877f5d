import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duration } from '../base/duration.ts'
import { durationText } from './duration-text.ts'

test.each([
  [0, '0ms'],
  [1.5, '1.5ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [1_001, '1001ms'],
  [90_000, '90s'],
  [300_000, '5m'],
  [7_200_000, '2h'],
  [86_400_000, '1d'],
])('%d ms is written as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test('a written duration parses back to the same length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e13 }), (ms) => {
      expect(duration(durationText(ms))).toBe(ms)
    }),
  )
})
