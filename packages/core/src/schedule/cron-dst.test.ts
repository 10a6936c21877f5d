import { describe, expect, test } from 'vitest'
import { type CronOptions, cron } from './cron.ts'

function between(from: number, to: number, expression: string, options: CronOptions): string[] {
  return instants(from, to, expression, options).map((at) => new Date(at).toISOString().slice(8, 16))
}

function instants(from: number, to: number, expression: string, options: CronOptions): number[] {
  const { slots } = cron(expression, options)
  const found: number[] = []
  let at = slots?.first(from, 0)
  while (at !== undefined && at < to) {
    found.push(at)
    at = slots?.next(at, 0)
  }
  return found
}

// New York: on 14 March 2027 at 07:00 UTC, the local time changes from 02:00 to 03:00. On 7 November at 06:00 UTC,
// the local time changes from 02:00 to 01:00.
const inGap = [Date.UTC(2027, 2, 14, 5), Date.UTC(2027, 2, 14, 9)] as const
const inFold = [Date.UTC(2027, 10, 7, 4), Date.UTC(2027, 10, 7, 8)] as const

describe.each([
  ['30 2 * * *', 'debian', ['14T07:00'], ['07T07:30']],
  ['30 2 * * *', 'literal', [], ['07T07:30']],
  ['30 2 * * *', 'skip', [], ['07T07:30']],
  ['30 1 * * *', 'debian', ['14T06:30'], ['07T05:30']],
  ['30 1 * * *', 'literal', ['14T06:30'], ['07T05:30', '07T06:30']],
  ['30 1 * * *', 'skip', ['14T06:30'], ['07T05:30']],
  ['15 1,2,3 * * *', 'debian', ['14T06:15', '14T07:00', '14T07:15'], ['07T05:15', '07T07:15']],
  ['15 1,2,3 * * *', 'literal', ['14T06:15', '14T07:15'], ['07T05:15', '07T06:15', '07T07:15']],
  ['0,30 1 * * *', 'debian', ['14T06:00', '14T06:30'], ['07T05:00', '07T05:30']],
  ['0,30 2 * * *', 'debian', ['14T07:00'], ['07T07:00', '07T07:30']],
  ['0,20,40 2-3 * * *', 'debian', ['14T07:00', '14T07:20', '14T07:40'], ['07T07:00', '07T07:20', '07T07:40']],
  [
    '30 */1 * * *',
    'debian',
    ['14T05:30', '14T06:30', '14T07:30', '14T08:30'],
    ['07T04:30', '07T05:30', '07T06:30', '07T07:30'],
  ],
  ['*/30 1 * * *', 'debian', ['14T06:00', '14T06:30'], ['07T05:00', '07T05:30', '07T06:00', '07T06:30']],
  ['*/30 2 * * *', 'debian', [], ['07T07:00', '07T07:30']],
  [
    '30 * * * *',
    'skip',
    ['14T05:30', '14T06:30', '14T07:30', '14T08:30'],
    ['07T04:30', '07T05:30', '07T06:30', '07T07:30'],
  ],
  [
    '30 ?/1 * * *',
    'skip',
    ['14T05:30', '14T06:30', '14T07:30', '14T08:30'],
    ['07T04:30', '07T05:30', '07T06:30', '07T07:30'],
  ],
] as const)('%s, %s', (expression, dst, gap, fold) => {
  const options = { timeZone: 'America/New_York', dst }

  test(`gives ${gap.length} slots around the gap`, () => {
    expect(between(...inGap, expression, options)).toEqual(gap)
  })

  test(`gives ${fold.length} slots around the fold`, () => {
    expect(between(...inFold, expression, options)).toEqual(fold)
  })
})

test('every half hour continues every half hour through both changes', () => {
  const options = { timeZone: 'America/New_York' }

  for (const [from, to] of [inGap, inFold]) {
    expect(instants(from, to, '*/30 * * * *', options)).toHaveLength(8)
  }
})

test('the instant after the gap is the first and the newest slot at that instant', () => {
  const { slots } = cron('30 2 * * *', { timeZone: 'America/New_York' })
  const afterGap = Date.UTC(2027, 2, 14, 7)

  expect(slots?.first(afterGap, 0)).toBe(afterGap)
  expect(slots?.newest?.(afterGap, 0)).toBe(afterGap)
  expect(slots?.next(afterGap, 0)).toBe(Date.UTC(2027, 2, 15, 6, 30))
})

test("a midnight that does not exist is moved to one o'clock on the intended weekday", () => {
  const options = { timeZone: 'America/Sao_Paulo' }
  const [from, to] = [Date.UTC(2018, 10, 3, 12), Date.UTC(2018, 10, 5)]

  expect(between(from, to, '0 0 * * SUN', options)).toEqual(['04T03:00'])
  expect(between(from, to, '0 0 * * SAT', options)).toEqual([])
})

test('a day that a country skipped gives one run after it', () => {
  const options = { timeZone: 'Pacific/Apia' } // Samoa skipped 30 December 2011
  const [from, to] = [Date.UTC(2011, 11, 29, 10), Date.UTC(2012, 0, 1, 10)]

  expect(between(from, to, '0 6,12,18 * * *', options)).toEqual([
    ...['29T16:00', '29T22:00', '30T04:00'],
    ...['30T10:00', '30T16:00', '30T22:00', '31T04:00'],
    ...['31T16:00', '31T22:00', '01T04:00'],
  ])
})

test('a clock change by odd seconds is exact to the second', () => {
  const options = { timeZone: 'Africa/Monrovia' } // at local midnight, the offset changes from -0:44:30 to 0
  const [from, to] = [Date.UTC(1972, 0, 6, 23), Date.UTC(1972, 0, 7, 2)]

  expect(instants(from, to, '30 0 * * *', options)).toEqual([Date.UTC(1972, 0, 7, 0, 44, 30)])
  expect(instants(from, to, '15 * * * *', options)).toEqual([
    Date.UTC(1972, 0, 6, 23, 59, 30),
    Date.UTC(1972, 0, 7, 1, 15),
  ])
})

test('slots in a known span of a time zone are found without asking the calendar', () => {
  const { slots } = cron('* * * * *', { timeZone: 'Europe/Paris' })
  const [from, to] = [Date.UTC(2033, 0, 1), Date.UTC(2033, 2, 1)]
  let formats = 0
  const { prototype } = Intl.DateTimeFormat
  const original = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}
  Object.defineProperty(prototype, 'format', {
    ...original,
    get(this: Intl.DateTimeFormat) {
      formats += 1
      return original.get?.call(this)
    },
  })
  try {
    let count = 0
    for (let at = slots?.first(from, 0); at !== undefined && at < to; at = slots?.next(at, 0)) count += 1

    expect(count).toBe(59 * 1_440)
    expect(formats).toBeGreaterThan(0)
    expect(formats).toBeLessThan(500) // 82 calls of `format` for each search window, and 19 for each clock change
  } finally {
    Object.defineProperty(prototype, 'format', original)
  }
})

test.each([
  // 15 February: 3:00 becomes 2:00 (offset from +1 to 0). 22 March: 2:00 becomes 3:00.
  [
    'Africa/Casablanca',
    '30 2 * * *',
    '2026-02-14T12:00Z',
    ['15T01:30', '16T02:30'],
    ['15T01:30', '15T02:30', '16T02:30'],
  ],
  ['Africa/Casablanca', '30 2 * * *', '2026-03-21T12:00Z', ['22T02:00', '23T01:30'], ['23T01:30']],
  // 29 March: 1:00 becomes 3:00 (offset from 0 to +2). 25 October: 3:00 becomes 1:00.
  [
    'Antarctica/Troll',
    '30 1,2 * * *',
    '2026-03-28T12:00Z',
    ['29T01:00', '29T23:30', '30T00:30'],
    ['29T23:30', '30T00:30'],
  ],
  [
    'Antarctica/Troll',
    '30 1,2 * * *',
    '2026-10-24T12:00Z',
    ['24T23:30', '25T00:30', '26T01:30', '26T02:30'],
    ['24T23:30', '25T00:30', '25T01:30', '25T02:30', '26T01:30', '26T02:30'],
  ],
  // 4 October: 2:00 becomes 2:30 (offset from +10:30 to +11). 5 April: 2:00 becomes 1:30.
  ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00Z', ['03T15:30', '04T15:15'], ['04T15:15']],
  [
    'Australia/Lord_Howe',
    '45 1 * * *',
    '2026-04-04T12:00Z',
    ['04T14:45', '05T15:15'],
    ['04T14:45', '04T15:15', '05T15:15'],
  ],
  // 3 April: 0:01 becomes 2:01 (offset from -3:30 to -1:30). 30 October: 0:01 becomes 22:01.
  [
    'America/St_Johns',
    '30 0,1 * * *',
    '1988-04-02T12:00Z',
    ['03T03:31', '04T02:00', '04T03:00'],
    ['04T02:00', '04T03:00'],
  ],
  [
    'America/St_Johns',
    '30 22,23 * * *',
    '1988-10-29T12:00Z',
    ['30T00:00', '30T01:00', '31T02:00', '31T03:00'],
    ['30T00:00', '30T01:00', '30T02:00', '30T03:00', '31T02:00', '31T03:00'],
  ],
] as const)('%s: %s from %s', (timeZone, expression, start, debian, literal) => {
  const from = Date.parse(start)

  expect(between(from, from + 172_800_000, expression, { timeZone })).toEqual(debian)
  expect(between(from, from + 172_800_000, expression, { timeZone, dst: 'literal' })).toEqual(literal)
})
