import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../test/health-facts.ts'
import type { UserRule } from '../rule.ts'
import { userRule } from './user.ts'

describe('userRule', () => {
  it('is named after the function, or after its position if that has no name', () => {
    const manyFailures: UserRule = () => undefined

    expect(userRule(manyFailures, 0).name).toBe('manyFailures')
    expect(userRule(() => undefined, 2).name).toBe('rule-3')
  })

  it('names the function in its description', () => {
    expect(userRule(() => undefined, 0).describe(factsOf())).toBe('calls the function rule-1')
  })

  it('passes on the finding of the function', () => {
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

  it('is judged again after a minute or when the function asks for it, but at most every 100 ms', () => {
    const found = { status: 'degraded', value: 0, limit: 0, reason: 'x' } as const

    expect(userRule(() => undefined, 0).judge(factsOf(), false)).toEqual({
      kind: 'fine',
      recheckInMs: 60_000,
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
    ['an unknown status', { status: 'bad', value: 1, limit: 1, reason: 'x' }],
    ['a value that is not a number', { status: 'degraded', value: '1', limit: 1, reason: 'x' }],
    ['a negative age', { status: 'degraded', value: 1, limit: 1, reason: 'x', forMs: -1 }],
    ['an invalid recheck', { status: 'degraded', value: 1, limit: 1, reason: 'x', recheckInMs: Number.NaN }],
  ])('throws when the function answers %s', (_, answer) => {
    expect(() => userRule(() => answer as never, 0).judge(factsOf(), false)).toThrow(
      'Expected `the return value of rule-1`',
    )
  })
})
