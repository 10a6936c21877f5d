import { expect, test } from 'vitest'
import { every } from './every.ts'

// What is known of earlier periods is kept in the module, so this file has one test.
test('a period without options is one schedule for all its tasks, until 64 others have been asked for', () => {
  const known = Array.from({ length: 64 }, (_, i) => every(1_000 + i))
  const again = known.map((_, i) => every(1_000 + i))
  every('1h')

  expect(again.every((schedule, i) => schedule === known[i])).toBe(true)
  expect(every('1h')).toBe(every('1h'))
  expect(every(1_000)).not.toBe(known[0])
  expect(every(1_000)).toEqual(known[0])
  expect(every(1_000, {})).not.toBe(every(1_000))
})
