import { expect, test } from 'vitest'
import { cron } from './cron.ts'
import { delay } from './delay.ts'
import { every } from './every.ts'
import { once } from './once.ts'
import { upcoming } from './upcoming.ts'

test('upcoming converts slots of monotonic time to wall time', () => {
  const schedule = every('10s')

  expect(upcoming(schedule, 1_000_000, 5_000, 2_000, 3)).toEqual([1_007_000, 1_017_000, 1_027_000])
})

test('upcoming returns slots of wall time unchanged', () => {
  const noon = Date.UTC(2026, 0, 1, 12)
  const schedule = cron('0 0 * * *', { timeZone: 'UTC' })

  expect(upcoming(schedule, noon, 5, 0, 2)).toEqual([Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 3)])
})

test('upcoming ends where the slots end', () => {
  expect(upcoming(once({ after: 5 }), 1_000, 0, 0, 3)).toEqual([1_005])
  expect(upcoming(once({ after: 5 }), 1_000, 6, 0, 3)).toEqual([])
})

test('upcoming is empty for a schedule without slots', () => {
  expect(upcoming(delay('5s'), 1_000, 0, 0, 3)).toEqual([])
})
