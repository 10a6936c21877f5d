import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cron } from './cron.ts'
import { elapsed } from './elapsed.ts'
import { every } from './every.ts'
import { once } from './once.ts'
import type { Schedule, SlotSource } from './schedule.ts'

function slotsOf({ slots }: Schedule): SlotSource {
  if (slots === undefined) throw new Error('expected a schedule with slots')
  return slots
}

function counting(slots: SlotSource, hidesNewest = false): SlotSource & { calls: number } {
  const source = {
    calls: 0,
    timeline: slots.timeline,
    repeats: slots.repeats,
    first: (from: number, anchor: number) => slots.first(from, anchor),
    next(after: number, anchor: number) {
      source.calls += 1
      return slots.next(after, anchor)
    },
    ...(hidesNewest ? {} : { newest: (at: number, anchor: number) => slots.newest?.(at, anchor) }),
  }
  return source
}

describe('the slots from a pending one until now', () => {
  const seconds = slotsOf(every('1s'))

  test('need one call of next() for one slot', () => {
    const source = counting(seconds)

    expect(elapsed(source, 0, 3_000, 3_999)).toEqual({
      count: 1,
      atLeast: false,
      oldest: 3_000,
      newest: 3_000,
      recent: [3_000],
      next: 4_000,
    })
    expect(source.calls).toBe(1)
  })

  test('include a slot that is due right now', () => {
    expect(elapsed(seconds, 0, 3_000, 4_000).count).toBe(2)
  })

  test('keep the newest few, oldest first', () => {
    const found = elapsed(seconds, 0, 1_000, 9_500, 3)

    expect(found).toMatchObject({ count: 9, oldest: 1_000, newest: 9_000, recent: [7_000, 8_000, 9_000] })
  })

  test('have no next one after the last slot of all', () => {
    const single = slotsOf(once({ after: 5 }))

    expect(elapsed(single, 0, 5, 9_999)).toMatchObject({ count: 1, newest: 5, next: undefined })
  })

  test('are counted exactly up to a thousand', () => {
    expect(elapsed(seconds, 0, 0, 999_000)).toMatchObject({ count: 1_000, atLeast: false, newest: 999_000 })
  })

  test('are at least a thousand if there are more, and the newest and the next one are still known', () => {
    const source = counting(seconds)
    const found = elapsed(source, 0, 0, 86_400_500, 3)

    expect(found).toEqual({
      count: 1_000,
      atLeast: true,
      oldest: 0,
      newest: 86_400_000,
      recent: [86_398_000, 86_399_000, 86_400_000],
      next: 86_401_000,
    })
    expect(source.calls).toBeLessThanOrEqual(1_001)
  })

  test('include all of the newest even if they are a millisecond apart', () => {
    expect(elapsed(slotsOf(every(1)), 0, 0, 5_000, 3).recent).toEqual([4_998, 4_999, 5_000])
  })

  test('of a source without newest() end where the walk ends, and include the next one after now', () => {
    const found = elapsed(counting(seconds, true), 0, 0, 86_400_500, 2)

    expect(found).toMatchObject({
      count: 1_000,
      atLeast: true,
      newest: 1_000_000,
      recent: [999_000, 1_000_000],
    })
    expect(found.next).toBe(86_401_000)
  })

  test('of a cron expression are searched backwards from now', () => {
    const slots = slotsOf(cron('30 9 * * 1-5', { timeZone: 'UTC' }))
    const oldest = Date.UTC(2000, 0, 3, 9, 30)
    const found = elapsed(slots, 0, oldest, Date.UTC(2026, 0, 5, 9), 2)

    expect(found).toMatchObject({ count: 1_000, atLeast: true, newest: Date.UTC(2026, 0, 2, 9, 30) })
    expect(found.recent).toEqual([Date.UTC(2026, 0, 1, 9, 30), Date.UTC(2026, 0, 2, 9, 30)])
    expect(found.next).toBe(Date.UTC(2026, 0, 5, 9, 30))
  })
})

const schedules = fc.oneof(
  fc.integer({ min: 1, max: 5_000 }).map((period) => every(period)),
  fc.integer({ min: 1_000, max: 5_000 }).map((period) => every(period, { anchor: 'epoch' })),
  fc
    .constantFrom('*/7 * * * * *', '0 * * * * *', '5,6,50 */3 * * * *')
    .map((text) => cron(text, { timeZone: 'UTC' })),
)

test('the elapsed slots equal those of a simple count, for any schedule, gap and number kept', () => {
  fc.assert(
    fc.property(
      schedules,
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 1, max: 40 }),
      (schedule, anchor, gapMs, keep) => {
        const slots = slotsOf(schedule)
        const pending = slots.first(anchor, anchor) ?? Number.NaN
        const now = pending + gapMs
        const all: number[] = []
        let next: number | undefined = pending
        while (next !== undefined && next <= now) {
          all.push(next)
          next = slots.next(next, anchor)
        }

        expect(elapsed(slots, anchor, pending, now, keep)).toEqual({
          count: Math.min(all.length, 1_000),
          atLeast: all.length > 1_000,
          oldest: pending,
          newest: all.at(-1),
          recent: all.slice(-keep),
          next,
        })
      },
    ),
  )
})
