import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/health-facts.ts'
import type { UserRule } from '../rule.ts'
import { userRule } from './user.ts'

describe('userRule', () => {
  it('is named after the function, or else after its place', () => {
    const manyFailures: UserRule = () => undefined

    expect(userRule(manyFailures, 0).name).toBe('manyFailures')
    expect(userRule(() => undefined, 2).name).toBe('rule-3')
  })

  it('says whose finding it is', () => {
    expect(userRule(() => undefined, 0).describe(factsOf())).toBe('calls the function rule-1')
  })

  it('passes on what the function finds', () => {
    const rule = userRule(
      ({ runs }) => ({ status: 'degraded', value: runs, limit: 3, reason: 'too many' }),
      0,
    )

    expect(rule.judge(factsOf({ runs: 4 }), false)).toEqual({
      kind: 'bad',
      status: 'degraded',
      value: 4,
      limit: 3,
      reason: 'too many',
      forMs: undefined,
      recheckInMs: 60_000,
    })
  })

  it('is asked again each tick, or when the function says, but not without a pause', () => {
    const found = { status: 'degraded', value: 0, limit: 0, reason: 'x' } as const

    expect(userRule(() => undefined, 0, 5_000).judge(factsOf(), false)).toEqual({
      kind: 'fine',
      recheckInMs: 5_000,
    })
    expect(userRule(() => ({ ...found, recheckInMs: 250 }), 0).judge(factsOf(), false)).toMatchObject({
      recheckInMs: 250,
    })
    expect(userRule(() => ({ ...found, recheckInMs: 0 }), 0).judge(factsOf(), false)).toMatchObject({
      recheckInMs: 100,
    })
  })

  it.each([
    ['a text', 'unhealthy'],
    ['true', true],
    ['a promise', Promise.resolve(undefined)],
    ['a status that is none', { status: 'bad', value: 1, limit: 1, reason: 'x' }],
    ['a value that is no number', { status: 'degraded', value: '1', limit: 1, reason: 'x' }],
    ['an age that is none', { status: 'degraded', value: 1, limit: 1, reason: 'x', forMs: -1 }],
    [
      'a recheck that is none',
      { status: 'degraded', value: 1, limit: 1, reason: 'x', recheckInMs: Number.NaN },
    ],
  ])('throws when the function answers %s', (_, answer) => {
    expect(() => userRule(() => answer as never, 0).judge(factsOf(), false)).toThrow(
      'Expected `the return value of rule-1`',
    )
  })
})
