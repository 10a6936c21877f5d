import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/health-facts.ts'
import { InvalidOptionError } from '../../base/errors.ts'
import { userRule } from './user.ts'

const judged = (answer: unknown) => userRule(() => answer as never, 0).judge(factsOf(), false)
const finding = { status: 'degraded', value: 1, limit: 2, reason: 'why' }

describe('the return value of a rule function', () => {
  it('is fine when it is undefined or null', () => {
    expect(judged(undefined)).toEqual({ kind: 'fine', recheckInMs: 60_000 })
    expect(judged(null)).toEqual({ kind: 'fine', recheckInMs: 60_000 })
  })

  it('may omit everything but the status', () => {
    expect(judged({ status: 'unhealthy' })).toEqual({
      kind: 'bad',
      status: 'unhealthy',
      value: 0,
      limit: 0,
      reason: 'rule-1',
      forMs: undefined,
      recheckInMs: 60_000,
    })
  })

  it('may say how long the finding has lasted', () => {
    expect(judged({ ...finding, forMs: 0 })).toMatchObject({ forMs: 0 })
    expect(judged({ ...finding, forMs: 5 })).toMatchObject({ forMs: 5 })
    expect(judged({ ...finding, forMs: '5m', recheckInMs: '2s' })).toMatchObject({
      forMs: 300_000,
      recheckInMs: 2_000,
    })
  })

  it('is rejected with an InvalidOptionError', () => {
    expect(() => judged(5)).toThrow(InvalidOptionError)
  })

  it.each([
    [5, 'a finding or undefined, got 5'],
    ['bad', "a finding or undefined, got 'bad'"],
    [Promise.resolve(), 'a finding or undefined, not a promise, got'],
    [Promise.resolve(finding), 'a finding or undefined, not a promise, got'],
    [{ ...finding, status: 'bad' }, "a finding with status 'degraded' or 'unhealthy', got"],
    [{ ...finding, value: '1' }, 'a finding with a number as value and limit, got'],
    [{ ...finding, value: Number.NaN }, 'a finding with a number as value and limit, got'],
    [{ ...finding, limit: '2' }, 'a finding with a number as value and limit, got'],
    [
      { ...finding, forMs: -1 },
      "a finding with milliseconds from 0 or a duration such as '5m' as forMs, got",
    ],
    [
      { ...finding, forMs: '5' },
      "a finding with milliseconds from 0 or a duration such as '5m' as forMs, got",
    ],
    [
      { ...finding, recheckInMs: -1 },
      "a finding with milliseconds from 0 or a duration such as '5m' as recheckInMs, got",
    ],
  ])('is rejected when it is %o', (answer, message) => {
    expect(() => judged(answer)).toThrow(`Expected \`the return value of rule-1\` to be ${message}`)
  })
})

describe('the name of a rule function', () => {
  const nameOf = (name: string): string =>
    userRule(
      Object.defineProperty(() => undefined, 'name', { value: name }),
      4,
    ).name

  it.each([
    ['a', 'a'],
    ['Too.Many_failures-2', 'Too.Many_failures-2'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), 'rule-5'],
    ['$total', 'rule-5'],
    ['total$', 'rule-5'],
    ['', 'rule-5'],
  ])('%s gives a rule named %s', (name, expected) => {
    expect(nameOf(name)).toBe(expected)
  })
})
