import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Duration } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { type EveryOptions, every } from './every.ts'
import type { SlotSource } from './schedule.ts'

function slotsOf(period: Duration, options?: EveryOptions): SlotSource {
  const { slots } = every(period, options)
  if (slots === undefined) throw new Error('every has slots')
  return slots
}

describe('slots from the start', () => {
  test('the start is slot 0 and slot n is n periods later', () => {
    const slots = slotsOf('30s')

    expect(slots.timeline).toBe('mono')
    expect(slots.first(1_000, 1_000)).toBe(1_000)
    expect(slots.next(1_000, 1_000)).toBe(31_000)
    expect(slots.next(31_000, 1_000)).toBe(61_000)
  })

  test('between two slots, first and next return the later one and newest the earlier one', () => {
    const slots = slotsOf(100)

    expect(slots.first(250, 0)).toBe(300)
    expect(slots.next(250, 0)).toBe(300)
    expect(slots.newest?.(250, 0)).toBe(200)
  })

  test('a slot is its own first and newest, but not its own next', () => {
    const slots = slotsOf(100)

    expect(slots.first(300, 0)).toBe(300)
    expect(slots.newest?.(300, 0)).toBe(300)
    expect(slots.next(300, 0)).toBe(400)
  })

  test('just before a slot the previous one is the newest, even if the division rounds up', () => {
    const slots = slotsOf(1.9)

    expect(slots.newest?.(123.49999999999999, 0)).toBe(64 * 1.9)
    expect(slots.next(123.49999999999999, 0)).toBe(123.5)
  })

  test('before the start there is no slot', () => {
    const slots = slotsOf(100)

    expect(slots.first(0, 500)).toBe(500)
    expect(slots.next(0, 500)).toBe(500)
    expect(slots.newest?.(499, 500)).toBeUndefined()
  })

  test('a period of a month works', () => {
    const slots = slotsOf(31 * 86_400_000, { anchor: 'start' })

    expect(slots.next(0, 0)).toBe(2_678_400_000)
  })
})

describe('slots from epoch', () => {
  test('are multiples of the period in wall time, whenever the task was started', () => {
    const slots = slotsOf('1h')
    const at = Date.UTC(2026, 0, 1, 12, 34, 56)

    expect(slots.timeline).toBe('wall')
    expect(slots.first(at, at)).toBe(Date.UTC(2026, 0, 1, 13))
    expect(slots.newest?.(at, at)).toBe(Date.UTC(2026, 0, 1, 12))
  })

  test('are shifted by the phase', () => {
    const slots = slotsOf('24h', { phase: '3h' })
    const noon = Date.UTC(2026, 0, 1, 12)

    expect(slots.next(noon, noon)).toBe(Date.UTC(2026, 0, 2, 3))
    expect(slots.newest?.(noon, noon)).toBe(Date.UTC(2026, 0, 1, 3))
    expect(slots.first(Date.UTC(2026, 0, 1, 3), noon)).toBe(Date.UTC(2026, 0, 1, 3))
  })
})

describe('the defaults of every', () => {
  test.each([
    ['10m', {}, 'mono'],
    ['3599s', {}, 'mono'],
    ['1h', {}, 'wall'],
    ['60m', {}, 'wall'],
    ['1h', { anchor: 'start' }, 'mono'],
    ['1s', { anchor: 'epoch' }, 'wall'],
    ['1s', { anchor: 'start', immediate: true }, 'mono'],
    ['1s', { anchor: 'start', first: 'at-once' }, 'mono'],
    ['1h', { immediate: true }, 'mono'],
    ['1h', { immediate: false }, 'wall'],
    ['1h', { first: 'at-once' }, 'mono'],
    ['1h', { first: 'after-period' }, 'wall'],
  ] as const)('every %s with %o counts in %s time', (period, options, timeline) => {
    expect(every(period, options).slots?.timeline).toBe(timeline)
  })

  test('runs are spread over the period, at most over 10 s', () => {
    expect(every('4s').policy.spreadMs).toBe(4_000)
    expect(every('1m').policy.spreadMs).toBe(10_000)
    expect(every('1m', { immediate: true }).policy.spreadMs).toBe(0)
    expect(every('1h').policy.spreadMs).toBe(0)
  })

  test('catch-up covers one period, at most an hour', () => {
    expect(every('4s').policy.catchUpMs).toBe(4_000)
    expect(every('1d').policy.catchUpMs).toBe(3_600_000)
    expect(every('1d', { catchUp: '5h' }).policy.catchUpMs).toBe(18_000_000)
    expect(every('1d', { catchUp: Number.POSITIVE_INFINITY }).policy.catchUpMs).toBe(Number.POSITIVE_INFINITY)
  })

  test('an undefined option counts as omitted', () => {
    const given = every('5s', { jitter: undefined, misfire: undefined, first: undefined, anchor: undefined })

    expect(given.policy).toEqual(every('5s').policy)
  })

  test('all other options have plain defaults', () => {
    expect(every('5s').policy).toEqual({
      planning: 'slots',
      dst: undefined,
      misfire: 'coalesce',
      catchUpMs: 5_000,
      catchUpGiven: false,
      jitterMs: 0,
      spreadMs: 5_000,
      delayMs: undefined,
      first: 'at-start',
      unregistersWhenFinished: false,
    })
  })
})

test.each([
  ['30s', {}, 'every 30s'],
  [90_000, {}, 'every 90s'],
  [1.5, {}, 'every 1.5ms'],
  ['1d', {}, 'every 1d from epoch'],
  ['24h', { phase: '90m' }, 'every 1d from epoch + 90m'],
] as const)('every(%o, %o) is described as "%s"', (period, options, text) => {
  expect(every(period, options).info.text).toBe(text)
})

test('the info is plain data about the period', () => {
  expect(every('2s').info).toEqual({
    kind: 'every',
    startedBy: 'supervisor',
    hasSlots: true,
    recurring: true,
    restarts: false,
    text: 'every 2s',
    periodMs: 2_000,
    cron: undefined,
    timeZone: undefined,
  })
})

test('the result is frozen and the options are neither kept nor changed', () => {
  const all = { all: 5 }
  const options = { misfire: all, jitter: '1s' } as const
  const schedule = every('5s', options)
  all.all = 9

  expect(schedule.policy.misfire).toEqual({ all: 5 })
  expect(options).toEqual({ misfire: { all: 9 }, jitter: '1s' })
  for (const part of [schedule, schedule.info, schedule.policy, schedule.policy.misfire, schedule.slots]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
})

describe('invalid arguments of every are rejected', () => {
  test.each([
    [0, {}, 'every.period'],
    [0.5, {}, 'every.period'],
    [Number.NaN, {}, 'every.period'],
    [Number.POSITIVE_INFINITY, {}, 'every.period'],
    [-1, {}, 'every.period'],
    ['10', {}, 'every.period'],
    ['40000d', {}, 'every.period'],
    [1_000, { jitter: 500 }, 'every.jitter'],
    [1_000, { jitter: -1 }, 'every.jitter'],
    [1_000, { jitter: null }, 'every.jitter'],
    [1_000, { phase: 10 }, 'every.phase'],
    [1_000, { anchor: 'epoch', phase: 1_000 }, 'every.phase'],
    [1_000, { anchor: 'epoch', phase: 'soon' }, 'every.phase'],
    [1_000, { anchor: 'now' }, 'every.anchor'],
    [1_000, { anchor: 'epoch', immediate: true }, 'every.immediate'],
    [1_000, { anchor: 'epoch', first: 'at-once' }, 'every.first'],
    [1_000, { immediate: 'yes' }, 'every.immediate'],
    [1_000, { first: 'later' }, 'every.first'],
    [1_000, { misfire: 'all' }, 'every.misfire'],
    [1_000, { misfire: { all: 0 } }, 'every.misfire'],
    [1_000, { misfire: { all: 1_001 } }, 'every.misfire'],
    [1_000, { misfire: { all: 2, of: 3 } }, 'every.misfire'],
    [1_000, { misfire: null }, 'every.misfire'],
    [1_000, { catchUp: 'soon' }, 'every.catchUp'],
    [1_000, { periode: 1 }, 'every.periode'],
    [1_000, null, 'every'],
    [1_000, [], 'every'],
  ])('every(%o, %o): %s', (period, options, option) => {
    const call = () => every(period as number, options as EveryOptions)

    expect(call).toThrow(InvalidOptionError)
    expect(call).toThrow(expect.objectContaining({ option }))
  })

  test.each([
    [
      { anchor: 'epoch', immediate: true },
      "Expected `every.immediate` to be left out with anchor 'epoch', where the start is not a slot, got true",
    ],
    [
      { anchor: 'epoch', immediate: false, first: 'at-once' },
      "Expected `every.first` to be left out with anchor 'epoch', where the start is not a slot, got 'at-once'",
    ],
    [{ anchor: 'start', phase: 5 }, "Expected `every.phase` to be left out with anchor 'start', got 5"],
    [{ anchor: 'epoch', phase: '1s' }, "Expected `every.phase` to be less than the period, got '1s'"],
  ] as const)('every(1_000, %o) explains: %s', (options, message) => {
    expect(() => every(1_000, options)).toThrow(expect.objectContaining({ message }))
  })
})

test.each([
  [
    '1d',
    { at: '03:00' },
    "Expected `every.at` to be left out (for a time of day use cron('0 3 * * *', { timeZone })), got '03:00'",
  ],
  [
    '1d',
    { timeZone: 'UTC' },
    "Expected `every.timeZone` to be left out (for a time of day use cron('0 3 * * *', { timeZone })), got 'UTC'",
  ],
  [
    '0 3 * * *',
    undefined,
    "Expected `every.period` to be a duration such as 30s (for a cron expression use cron()), got '0 3 * * *'",
  ],
  [
    '@daily',
    undefined,
    "Expected `every.period` to be a duration such as 30s (for a cron expression use cron()), got '@daily'",
  ],
])('every(%o, %o) is told to use cron', (period, options, message) => {
  expect(() => every(period as never, options as never)).toThrow(message)
})

const instants = fc.double({ min: 0, max: 1e13, noNaN: true })
const periods = fc.oneof(fc.integer({ min: 1, max: 1e10 }), fc.double({ min: 1, max: 1e7, noNaN: true }))
const anchors = fc.constantFrom('start', 'epoch')

describe('for any period, anchor and time', () => {
  test('slots strictly increase, and next, first and newest agree', () => {
    fc.assert(
      fc.property(periods, anchors, instants, instants, (period, kind, anchor, ms) => {
        const slots = slotsOf(period, { anchor: kind as 'start' | 'epoch' })
        const at = kind === 'start' ? anchor + ms : ms
        const next = slots.next(at, anchor) ?? Number.NaN
        const newest = slots.newest?.(at, anchor) ?? Number.NaN

        expect(next).toBeGreaterThan(at)
        expect(newest).toBeLessThanOrEqual(at)
        expect(slots.next(newest, anchor)).toBe(next)
        expect(slots.first(next, anchor)).toBe(next)
        expect(slots.newest?.(next, anchor)).toBe(next)
        expect(slots.first(at, anchor)).toBe(newest === at ? at : next)
      }),
    )
  })

  test('stepping never drifts: slot n is n periods after the anchor', () => {
    fc.assert(
      fc.property(periods, instants, (period, anchor) => {
        const slots = slotsOf(period, { anchor: 'start' })
        let slot = slots.first(anchor, anchor) ?? Number.NaN
        for (let n = 1; n <= 300; n += 1) slot = slots.next(slot, anchor) ?? Number.NaN

        expect(slot).toBe(anchor + 300 * period)
      }),
    )
  })
})
