import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CronOptions, cron } from './cron.ts'
import { timeZoneOf } from './time-zone.ts'

// These tests check the slots of `cron()` against the local time of each minute or second.

type Dst = NonNullable<CronOptions['dst']>

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

function clockFace(timeZone: string, from: number, to: number, stepMs: number): number[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const faces: number[] = []
  for (let at = from; at < to; at += stepMs) {
    faces.push(Date.parse(`${format.format(at).replace(' ', 'T')}Z`))
  }
  return faces
}

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
      fc.property(expressions, policies, fc.nat(faces.length - 1), (expression, dst, index) => {
        const all = expected(faces, from, stepMs, expression, dst)
        const found = instants(from, to, expression.text, { timeZone, dst })
        const { slots } = cron(expression.text, { timeZone, dst })
        const at = from + index * stepMs

        expect(found).toEqual(all)
        expect(instants(at, to, expression.text, { timeZone, dst })[0]).toBe(all.find((slot) => slot >= at))
        const newest = slots?.newest?.(at, 0) ?? from
        expect(newest < from ? undefined : newest).toBe(all.findLast((slot) => slot <= at))
      }),
      { numRuns },
    )
  }

  test('any five-field expression has the slots that the wall clock gives', () => {
    check(minutely, 30 * 3_600_000, 60_000, 100)
  })

  test('any six-field expression has the slots that the wall clock gives', () => {
    check(secondly, 5_400_000, 1_000, 30)
  })
})

test('around any change of any time zone, the slots are those that the wall clock gives', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
  const days = fc.integer({ min: 1_000, max: 22_000 }) // day 1,000 is in September 1972

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
