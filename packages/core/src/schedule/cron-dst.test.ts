import { describe, expect, test } from 'vitest'
import { type CronOptions, cron } from './cron.ts'

/** All slots from one instant up to another, as `day hour:minute` in UTC. */
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

// In New York on 14 March 2027, 02:00 to 03:00 is left out (07:00 UTC); on 7 November, 01:00 to 02:00 comes twice (05:00
// and 06:00 UTC). Offsets: -5 h in winter, -4 h in summer.
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

test('every half hour goes on every half hour through both changes', () => {
  const options = { timeZone: 'America/New_York' }

  for (const [from, to] of [inGap, inFold]) {
    expect(instants(from, to, '*/30 * * * *', options)).toHaveLength(8)
  }
})

test('the instant after the gap is the slot, and the newest one, for who asks right then', () => {
  const { slots } = cron('30 2 * * *', { timeZone: 'America/New_York' })
  const afterGap = Date.UTC(2027, 2, 14, 7)

  expect(slots?.first(afterGap, 0)).toBe(afterGap)
  expect(slots?.newest?.(afterGap, 0)).toBe(afterGap)
  expect(slots?.next(afterGap, 0)).toBe(Date.UTC(2027, 2, 15, 6, 30))
})

test('midnight that does not exist is made up for at one, on the weekday that was meant', () => {
  const options = { timeZone: 'America/Sao_Paulo' }
  const [from, to] = [Date.UTC(2018, 10, 3, 12), Date.UTC(2018, 10, 5)]

  expect(between(from, to, '0 0 * * SUN', options)).toEqual(['04T03:00'])
  expect(between(from, to, '0 0 * * SAT', options)).toEqual([])
})

test('a day that a country left out gives one run after it', () => {
  const options = { timeZone: 'Pacific/Apia' } // 30 December 2011
  const [from, to] = [Date.UTC(2011, 11, 29, 10), Date.UTC(2012, 0, 1, 10)]

  expect(between(from, to, '0 6,12,18 * * *', options)).toEqual([
    ...['29T16:00', '29T22:00', '30T04:00'],
    ...['30T10:00', '30T16:00', '30T22:00', '31T04:00'],
    ...['31T16:00', '31T22:00', '01T04:00'],
  ])
})

test('a change of clocks by odd seconds is met to the second', () => {
  const options = { timeZone: 'Africa/Monrovia' } // 7 January 1972, 00:00 local, the clocks went from -0:44:30 to 0
  const [from, to] = [Date.UTC(1972, 0, 6, 23), Date.UTC(1972, 0, 7, 2)]

  expect(instants(from, to, '30 0 * * *', options)).toEqual([Date.UTC(1972, 0, 7, 0, 44, 30)])
  expect(instants(from, to, '15 * * * *', options)).toEqual([
    Date.UTC(1972, 0, 6, 23, 59, 30),
    Date.UTC(1972, 0, 7, 1, 15),
  ])
})

test('once the offsets of a zone are known for a time, slots in it are found without asking for them', () => {
  const { slots } = cron('* * * * *', { timeZone: 'Europe/Paris' })
  const [from, to] = [Date.UTC(2033, 0, 1), Date.UTC(2033, 2, 1)]
  let asked = 0
  const { prototype } = Intl.DateTimeFormat
  const original = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}
  Object.defineProperty(prototype, 'format', {
    ...original,
    get(this: Intl.DateTimeFormat) {
      asked += 1
      return original.get?.call(this)
    },
  })
  try {
    let count = 0
    for (let at = slots?.first(from, 0); at !== undefined && at < to; at = slots?.next(at, 0)) count += 1

    expect(count).toBe(59 * 1_440)
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(500) // 80 looks at the calendar a window, and 19 for each change in it
  } finally {
    Object.defineProperty(prototype, 'format', original)
  }
})
