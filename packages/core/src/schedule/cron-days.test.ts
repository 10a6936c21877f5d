import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cron } from './cron.ts'

const dayMs = 86_400_000
const from = Date.UTC(2023, 11, 1)
const until = Date.UTC(2025, 2, 1)

type DayTest = (midnight: number) => boolean

interface DayField {
  readonly text: string
  readonly matches: DayTest
}

const dateOf = (midnight: number): number => new Date(midnight).getUTCDate()
const weekdayOf = (midnight: number): number => new Date(midnight).getUTCDay()
const monthOf = (midnight: number): number => new Date(midnight).getUTCMonth()
const isLast = (midnight: number): boolean => monthOf(midnight + dayMs) !== monthOf(midnight)
const isWorking = (midnight: number): boolean => weekdayOf(midnight) % 6 !== 0

function isNearest(midnight: number, date: number): boolean {
  const first = midnight - (dateOf(midnight) - 1) * dayMs
  const target = first + (date - 1) * dayMs
  if (monthOf(target) !== monthOf(midnight)) return false
  for (const days of [0, -1, 1, -2, 2]) {
    const near = target + days * dayMs
    if (isWorking(near) && monthOf(near) === monthOf(target)) return near === midnight
  }
  return false
}

const nthOf = (midnight: number): number => Math.ceil(dateOf(midnight) / 7)
const isLastOfItsWeekday = (midnight: number): boolean => monthOf(midnight + 7 * dayMs) !== monthOf(midnight)

const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const star: fc.Arbitrary<DayField> = fc.constantFrom('*', '?').map((text) => ({ text, matches: () => true }))

function stepped(start: '*' | '?', step: number, offset: (midnight: number) => number): DayField {
  return { text: `${start}/${step}`, matches: (midnight) => offset(midnight) % step === 0 }
}

const dateItem: fc.Arbitrary<DayField> = fc.oneof(
  fc
    .integer({ min: 1, max: 31 })
    .map((date) => ({ text: String(date), matches: (at: number) => dateOf(at) === date })),
  fc
    .tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 5 }))
    .map(([a, b, step]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      return {
        text: step === 1 ? `${low}-${high}` : `${low}-${high}/${step}`,
        matches: (at: number) => dateOf(at) >= low && dateOf(at) <= high && (dateOf(at) - low) % step === 0,
      }
    }),
  fc.constant({ text: 'L', matches: isLast }),

  fc
    .integer({ min: 1, max: 31 })
    .map((date) => ({ text: `${date}W`, matches: (at: number) => isNearest(at, date) })),
)

/** `LW` can't be part of a list. */
const lastWorkingDay: fc.Arbitrary<DayField> = fc.constant({
  text: 'LW',
  matches: (at: number) => {
    for (let day = at + dayMs; monthOf(day) === monthOf(at); day += dayMs) if (isWorking(day)) return false
    return isWorking(at)
  },
})

const weekdayItem: fc.Arbitrary<DayField> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.boolean()).map(([day, isNamed]) => ({
    text: isNamed ? (names[day % 7] ?? '') : String(day),
    matches: (at: number) => weekdayOf(at) === day % 7,
  })),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })).map(([a, b]) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    return {
      text: `${low}-${high}`,
      matches: (at: number) =>
        [weekdayOf(at), weekdayOf(at) === 0 ? 7 : 8].some((day) => day >= low && day <= high),
    }
  }),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([day, nth]) => ({
    text: `${day}#${nth}`,
    matches: (at: number) => weekdayOf(at) === day % 7 && nthOf(at) === nth,
  })),
  fc.integer({ min: 0, max: 6 }).map((day) => ({
    text: `${names[day]}L`,
    matches: (at: number) => weekdayOf(at) === day && isLastOfItsWeekday(at),
  })),
)

const listOf = (item: fc.Arbitrary<DayField>): fc.Arbitrary<DayField> =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    matches: (at) => items.some(({ matches }) => matches(at)),
  }))
const starList = (first: fc.Arbitrary<DayField>, rest: fc.Arbitrary<DayField>): fc.Arbitrary<DayField> =>
  fc.tuple(first, rest).map(([a, b]) => ({
    text: `${a.text},${b.text}`,
    matches: (at) => a.matches(at) || b.matches(at),
  }))

const steps = fc.tuple(fc.constantFrom('*' as const, '?' as const), fc.integer({ min: 2, max: 7 }))
const dateSteps = steps.map(([start, step]) => stepped(start, step, (at) => dateOf(at) - 1))
const weekdaySteps = steps.map(([start, step]) => stepped(start, step, weekdayOf))
const dates = fc.oneof(
  star,
  lastWorkingDay,
  dateSteps,
  listOf(dateItem),
  listOf(dateItem),
  starList(dateSteps, dateItem),
  starList(dateItem, star),
)
const weekdays = fc.oneof(
  star,
  weekdaySteps,
  listOf(weekdayItem),
  listOf(weekdayItem),
  starList(weekdaySteps, weekdayItem),
  starList(weekdayItem, star),
)

const isWild = ({ text }: DayField): boolean => /^[*?]/.test(text)

function expectedDays(date: DayField, weekday: DayField, needsBoth: boolean): string[] {
  const isBoth = needsBoth || isWild(date) || isWild(weekday)
  const found: string[] = []
  for (let at = from; at < until; at += dayMs) {
    const [byDate, byWeekday] = [date.matches(at), weekday.matches(at)]
    if (isBoth ? byDate && byWeekday : byDate || byWeekday)
      found.push(new Date(at).toISOString().slice(0, 10))
  }
  return found
}

function daysOf(expression: string): string[] {
  const { slots } = cron(expression, { timeZone: 'UTC' })
  const found: string[] = []
  for (let at = slots?.first(from, 0); at !== undefined && at < until; at = slots?.next(at, 0))
    found.push(new Date(at).toISOString().slice(0, 10))
  return found
}

describe('the day fields', () => {
  test.each([
    [
      '0 0 13 * 5',
      '2026-02-01',
      ['2026-02-06', '2026-02-13', '2026-02-20', '2026-02-27', '2026-03-06', '2026-03-13'],
    ],
    ['0 0 13 * +5', '2026-02-01', ['2026-02-13', '2026-03-13', '2026-11-13']],
    ['0 0 */2 * 1', '2026-02-01', ['2026-02-09', '2026-02-23', '2026-03-09', '2026-03-23']],
    ['0 0 ?/2 * 1', '2026-02-01', ['2026-02-09', '2026-02-23', '2026-03-09']],
    ['0 0 13 * */5', '2026-02-01', ['2026-02-13', '2026-03-13', '2026-09-13']], // the 13th on a Sunday or a Friday
    ['0 0 *,13 * 5', '2026-02-01', ['2026-02-06', '2026-02-13', '2026-02-20']],
    [
      '0 0 1-7 * 1',
      '2026-02-01',
      [
        '2026-02-01',
        '2026-02-02',
        '2026-02-03',
        '2026-02-04',
        '2026-02-05',
        '2026-02-06',
        '2026-02-07',
        '2026-02-09',
      ],
    ],
    ['0 0 13,* * 5', '2026-02-01', ['2026-02-01', '2026-02-02', '2026-02-03']],
    ['0 0 L * FRI#1', '2026-02-01', ['2026-02-06', '2026-02-28', '2026-03-06', '2026-03-31']],
    ['0 0 1 1 *', '2026-02-01', ['2027-01-01']],
    ['0 0 * * 7', '2026-02-02', ['2026-02-08', '2026-02-15']],
  ])('%s from %s', (expression, start, days) => {
    const { slots } = cron(expression, { timeZone: 'UTC' })
    const found: string[] = []
    for (
      let at = slots?.first(Date.parse(start), 0);
      at !== undefined && found.length < days.length;
      at = slots?.next(at, 0)
    )
      found.push(new Date(at).toISOString().slice(0, 10))

    expect(found).toEqual(days)
  })

  test('match the days that the rule of Debian gives', () => {
    fc.assert(
      fc.property(dates, weekdays, fc.boolean(), (date, weekday, needsBoth) => {
        const days = expectedDays(date, weekday, needsBoth)
        fc.pre(days.length > 0)

        expect(daysOf(`0 0 ${date.text} * ${needsBoth ? '+' : ''}${weekday.text}`)).toEqual(days)
      }),
      { numRuns: 150 },
    )
  })
})
