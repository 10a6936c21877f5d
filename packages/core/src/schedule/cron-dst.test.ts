import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CronOptions, cron } from './cron.ts'
import { timeZoneOf } from './time-zone.ts'

type Dst = NonNullable<CronOptions['dst']>

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
    '30 ? * * *',
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

// From here on: an oracle that looks at nothing but the wall clock of the zone, minute by minute (or second by second).

interface Field {
  readonly text: string
  readonly values: ReadonlySet<number>
}

function range(from: number, to: number, step = 1): Set<number> {
  const values = new Set<number>()
  for (let value = from; value <= to; value += step) values.add(value)
  return values
}

function fieldOf(max: number): fc.Arbitrary<Field> {
  const list = fc
    .uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 })
    .map((values) => ({ text: values.join(','), values: new Set(values) }))
  const span = fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max }), fc.integer({ min: 1, max: 9 }))
    .map(([a, b, step]) => [Math.min(a, b), Math.max(a, b), step] as const)
    .map(([a, b, step]) => ({ text: `${a}-${b}/${step}`, values: range(a, b, step) }))
  const stars = fc
    .integer({ min: 1, max: 31 })
    .filter((step) => step <= max)
    .map((step) => ({ text: step === 1 ? '*' : `*/${step}`, values: range(0, max, step) }))
  return fc.oneof(list, span, stars)
}

interface Expression {
  readonly text: string
  readonly isFixed: boolean
  matches(local: number): boolean
}

/** With `second` undefined: of five fields. */
function expressionOf(second: Field | undefined, minute: Field, hour: Field, weekday: Field): Expression {
  const seconds = second?.values ?? new Set([0])
  return {
    text: `${second === undefined ? '' : `${second.text} `}${minute.text} ${hour.text} * * ${weekday.text}`,
    isFixed: !minute.text.startsWith('*') && !hour.text.startsWith('*'),
    matches(local) {
      const date = new Date(local)
      return (
        seconds.has(date.getUTCSeconds()) &&
        minute.values.has(date.getUTCMinutes()) &&
        hour.values.has(date.getUTCHours()) &&
        weekday.values.has(date.getUTCDay())
      )
    },
  }
}

const weekdays = fc.constantFrom<Field>(
  { text: '*', values: range(0, 6) },
  { text: '1-5', values: range(1, 5) },
  { text: '0,6', values: new Set([0, 6]) },
)
const minutely = fc
  .tuple(fieldOf(59), fieldOf(23), weekdays)
  .map(([minute, hour, weekday]) => expressionOf(undefined, minute, hour, weekday))
const secondly = fc
  .tuple(fieldOf(59), fieldOf(59), fieldOf(23), weekdays)
  .map((fields) => expressionOf(...fields))

/** What the clocks on the wall show: for each step from `from` to `to`, local time as if it were UTC. */
function clockFace(timeZone: string, from: number, to: number, stepMs: number): number[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const faces: number[] = []
  for (let at = from; at < to; at += stepMs) {
    faces.push(Date.parse(`${format.format(at).replace(' ', 'T')}Z`))
  }
  return faces
}

/** The rules of `dst`, told step by step: `latest` is the farthest that the clock on the wall has been. */
function expected(
  faces: number[],
  from: number,
  stepMs: number,
  { isFixed, matches }: Expression,
  dst: Dst,
): number[] {
  const found: number[] = []
  let latest = (faces[0] ?? 0) - stepMs
  faces.forEach((face, i) => {
    const isRepeated = face <= latest
    let isSlot = matches(face) && !(isFixed && isRepeated && dst !== 'literal')
    for (let lost = latest + stepMs; lost < face && isFixed && dst === 'debian' && !isSlot; lost += stepMs) {
      isSlot = matches(lost)
    }
    if (isSlot) found.push(from + i * stepMs)
    latest = Math.max(latest, face)
  })
  return found
}

const changes = [
  ['America/New_York', '2027-03-14T07:00:00Z'],
  ['America/New_York', '2027-11-07T06:00:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2019-02-17T02:00:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Pacific/Apia', '2021-04-03T14:00:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['America/Havana', '2026-11-01T05:00:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['Asia/Pyongyang', '2015-08-14T15:00:00Z'],
  ['UTC', '2026-06-30T23:59:00Z'],
] as const
const policies = fc.constantFrom<Dst>('debian', 'literal', 'skip')

describe.each(changes)('%s around %s', (timeZone, instant) => {
  function check(
    expressions: fc.Arbitrary<Expression>,
    reachMs: number,
    stepMs: number,
    numRuns: number,
  ): void {
    const [from, to] = [Date.parse(instant) - reachMs, Date.parse(instant) + reachMs]
    const faces = clockFace(timeZone, from, to, stepMs)

    fc.assert(
      fc.property(expressions, policies, (expression, dst) => {
        const found = instants(from, to, expression.text, { timeZone, dst })

        expect(found).toEqual(expected(faces, from, stepMs, expression, dst))
      }),
      { numRuns },
    )
  }

  test('any expression of minutes has the slots that watching the clock gives', () => {
    check(minutely, 30 * 3_600_000, 60_000, 100)
  })

  test('any expression of seconds too', () => {
    check(secondly, 5_400_000, 1_000, 30)
  })
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

test('around any change of any zone the slots are those that watching the clock gives', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const days = fc.integer({ min: 1_000, max: 22_000 }) // from September 1972

  fc.assert(
    fc.property(zones, days, minutely, policies, (timeZone, day, expression, dst) => {
      const { to: change } = timeZoneOf('timeZone', timeZone).zone.spanAt(day * 86_400_000)
      const [from, to] = [change - 26 * 3_600_000, change + 4 * 3_600_000]
      const found = instants(from, to, expression.text, { timeZone, dst })

      expect(found).toEqual(expected(clockFace(timeZone, from, to, 60_000), from, 60_000, expression, dst))
    }),
    { numRuns: 60 },
  )
})

test('once the rules of a zone are known for a time, slots in it are found without asking for them', () => {
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
