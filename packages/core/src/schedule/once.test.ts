import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../base/errors.ts'
import { type OnceOptions, once } from './once.ts'

describe('once after a delay', () => {
  test('has one slot, counted from the start', () => {
    const { slots, info } = once({ after: '5s' })

    expect(info.text).toBe('once after 5s')
    expect(slots?.timeline).toBe('mono')
    expect(slots?.first(1_000, 1_000)).toBe(6_000)
    expect(slots?.next(5_999, 1_000)).toBe(6_000)
    expect(slots?.next(6_000, 1_000)).toBeUndefined()
    expect(slots?.first(6_001, 1_000)).toBeUndefined()
    expect(slots?.newest?.(5_999, 1_000)).toBeUndefined()
    expect(slots?.newest?.(6_000, 1_000)).toBe(6_000)
  })

  test('describes itself and has no period', () => {
    expect(once({ after: '90m' }).info).toEqual({
      kind: 'once',
      startedBy: 'supervisor',
      hasSlots: true,
      recurring: false,
      restarts: false,
      text: 'once after 90m',
      periodMs: undefined,
      cron: undefined,
      timeZone: undefined,
    })
  })

  test('may run immediately', () => {
    expect(once({ after: 0 }).slots?.first(7, 7)).toBe(7)
  })
})

describe('once at an instant', () => {
  const instant = Date.UTC(2027, 0, 31, 8)

  test.each([
    [new Date(instant)],
    [runInNewContext('new Date(at)', { at: instant })],
    [instant],
    ['2027-01-31T08:00Z'],
    ['2027-01-31T08:00:00Z'],
    ['2027-01-31T08:00:00.000Z'],
    ['2027-01-31T10:30:00+02:30'],
  ])('accepts %o', (at) => {
    const { slots, info } = once({ at })

    expect(info.text).toBe('once at 2027-01-31T08:00:00.000Z')
    expect(slots?.timeline).toBe('wall')
    expect(slots?.first(0, 123)).toBe(instant)
    expect(slots?.next(instant, 123)).toBeUndefined()
  })

  test('ignores later changes of the Date', () => {
    const at = new Date(instant)
    const { slots } = once({ at })
    at.setTime(0)

    expect(slots?.first(0, 0)).toBe(instant)
  })

  test('accepts the first and the last instant of a Date', () => {
    expect(once({ at: 8.64e15 }).info.text).toBe('once at +275760-09-13T00:00:00.000Z')
    expect(once({ at: -8.64e15 }).info.text).toBe('once at -271821-04-20T00:00:00.000Z')
  })

  test('has its slot even in the past, when asked from the beginning of time', () => {
    expect(once({ at: 1 }).slots?.first(Number.NEGATIVE_INFINITY, 0)).toBe(1)
  })
})

test('once is never too late', () => {
  expect(once({ after: 1 }).policy.catchUpMs).toBe(Number.POSITIVE_INFINITY)
})

test('unregisters its task after a success unless `keep` is set', () => {
  expect(once({ after: 1 }).policy.unregistersWhenFinished).toBe(true)
  expect(once({ after: 1, keep: true }).policy.unregistersWhenFinished).toBe(false)
})

test('once is frozen', () => {
  const schedule = once({ after: 1 })

  expect([schedule, schedule.info, schedule.policy, schedule.slots].every(Object.isFrozen)).toBe(true)
})

test.each([
  [{}, 'once'],
  [{ after: 1, at: 1 }, 'once'],
  [{ in: 1 }, 'once.in'],
  [undefined, 'once'],
  [{ after: -1 }, 'once.after'],
  [{ after: Number.POSITIVE_INFINITY }, 'once.after'],
  [{ after: '36526d' }, 'once.after'],
  [{ after: 1e300 }, 'once.after'],
  [{ after: 1, keep: 'yes' }, 'once.keep'],
  [{ at: new Date(Number.NaN) }, 'once.at'],
  [{ at: Number.NaN }, 'once.at'],
  [{ at: 9e15 }, 'once.at'],
  [{ at: null }, 'once.at'],
  [{ at: 'tomorrow' }, 'once.at'],
  [{ at: '2027-01-31' }, 'once.at'],
  [{ at: '2027-01-31T08:00:00' }, 'once.at'],
  [{ at: '2027-02-30T08:00:00Z' }, 'once.at'],
  [{ at: '2027-13-01T08:00:00Z' }, 'once.at'],
  [{ at: '2027-01-31T25:00:00Z' }, 'once.at'],
])('once(%o) is rejected: %s', (options, option) => {
  const call = () => once(options as OnceOptions)

  expect(call).toThrow(InvalidOptionError)
  expect(call).toThrow(expect.objectContaining({ option }))
})

test.each([
  [{ after: 1, at: 2 }, 'Expected `once` to be exactly one of after and at, got {"after":1,"at":2}'],
  [
    { at: 'tomorrow' },
    "Expected `once.at` to be a Date, milliseconds since 1970, or a text such as '2027-01-31T08:00:00Z' with Z or an offset, got 'tomorrow'",
  ],
])('once(%o) explains: %s', (options, message) => {
  expect(() => once(options as OnceOptions)).toThrow(expect.objectContaining({ message }))
})

test('an invalid date is shown as one', () => {
  expect(() => once({ at: new Date(Number.NaN) })).toThrow('with Z or an offset, got an invalid Date')
})
