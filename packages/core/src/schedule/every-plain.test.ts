import { expect, test } from 'vitest'
import { every } from './every.ts'

// The module keeps the schedules of earlier calls, so this file has only one test.
test('tasks with the same period and no options share one schedule, until 64 other periods were requested', () => {
  const known = Array.from({ length: 64 }, (_, i) => every(1_000 + i))
  const again = known.map((_, i) => every(1_000 + i))
  every('1h')

  expect(again.every((schedule, i) => schedule === known[i])).toBe(true)
  expect(every('1h')).toBe(every('1h'))
  expect(every(1_000)).not.toBe(known[0])
  expect(every(1_000)).toEqual(known[0])
  expect(every(1_000, {})).not.toBe(every(1_000))
})
