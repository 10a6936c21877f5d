import { describe, expect, test } from 'vitest'
import { cron } from './cron.ts'
import type { CronFields } from './cron-fields.ts'
import { CronSlots } from './cron-slots.ts'
import { timeZoneOf } from './time-zone.ts'

const utc = { timeZone: 'UTC' }
const newYork = { timeZone: 'America/New_York' }

describe('the newest slot', () => {
  test.each([
    ['* * * 1 1 *', '2026-12-31T00:00:00Z', '2026-01-01T23:59:59Z'],
    ['* * * 1 1 *', '2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z'],
    ['* * * 1 1 *', '2026-01-01T13:14:15Z', '2026-01-01T13:14:15Z'],
    ['* * * 1 1 *', '2025-12-31T23:59:59Z', '2025-01-01T23:59:59Z'],
    ['0 0 0 1,2,9,25,26 * *', '2026-03-24T00:00:00Z', '2026-03-09T00:00:00Z'],
    ['0 0 0 1,2,9,25,26 * *', '2026-03-26T00:00:00Z', '2026-03-26T00:00:00Z'],
    ['7,8,50 1,59 5 * * *', '2026-03-26T05:59:49Z', '2026-03-26T05:59:08Z'],
    ['0 0 0 1 1 *', '2026-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
  ])('of %s at %s is %s', (expression, at, slot) => {
    const { slots } = cron(expression, utc)

    expect(slots?.newest?.(Date.parse(at), 0)).toBe(Date.parse(slot))
    expect(slots?.newest?.(Date.parse(at) + 0.5, 0)).toBe(Date.parse(slot))
  })

  test('after a gap is the replacement slot only once the gap is over', () => {
    const { slots } = cron('30 2 * * *', newYork)
    const afterGap = Date.parse('2027-03-14T07:00:00Z')

    expect(slots?.newest?.(afterGap - 1, 0)).toBe(Date.parse('2027-03-13T07:30:00Z'))
    expect(slots?.newest?.(afterGap, 0)).toBe(afterGap)
  })

  test('in a repeated hour is before it or in it, depending on the policy', () => {
    const atOne = Date.parse('2027-11-07T06:45:00Z') // 01:45 occurs twice on this day; this is the second time
    const newestBy = (dst: 'debian' | 'literal') =>
      cron('30 1 * * *', { ...newYork, dst }).slots?.newest?.(atOne, 0)

    expect(newestBy('debian')).toBe(Date.parse('2027-11-07T05:30:00Z'))
    expect(newestBy('literal')).toBe(Date.parse('2027-11-07T06:30:00Z'))
  })

  test('is found over the longest distance that an expression can have', () => {
    const { slots } = cron('0 0 29 2 +6', utc) // 29 February on a Saturday: in 2076, then not before 2116
    const before2116 = Date.parse('2115-12-31T00:00:00Z')

    expect(slots?.newest?.(before2116, 0)).toBe(Date.parse('2076-02-29T00:00:00Z'))
  })

  test('is found among many without visiting them all', () => {
    let looks = 0
    const upTo = (count: number) => Uint8Array.from({ length: count }, (_, value) => value)
    const fields: CronFields = {
      ...{ seconds: upTo(60), minutes: upTo(60), hours: upTo(24) },
      get months() {
        looks += 1
        return 1
      },
      ...{
        days: 1,
        nearWeekdays: 0,
        lastDay: false,
        lastWeekday: false,
        weekdays: undefined,
        needsBoth: true,
      },
    }
    const slots = new CronSlots(fields, timeZoneOf('timeZone', 'UTC').zone, 'follow', true)

    expect(slots.newest(Date.parse('2026-01-01T00:00:00Z'))).toBe(Date.parse('2026-01-01T00:00:00Z'))
    expect(looks).toBeLessThan(10)
    looks = 0
    expect(slots.newest(Date.parse('2026-12-31T00:00:00Z'))).toBe(Date.parse('2026-01-01T23:59:59Z'))
    expect(looks).toBeLessThan(150)
  })
})

test('slots end before the calendar does', () => {
  const { slots } = cron('* * * * * *', utc)

  expect(slots?.first(8e15 - 1, 0)).toBe(8e15)
  expect(slots?.first(8e15, 0)).toBeUndefined()
  expect(slots?.first(-8e15 + 1, 0)).toBe(-8e15 + 1_000)
  expect(slots?.first(-8e15, 0)).toBeUndefined()
})
