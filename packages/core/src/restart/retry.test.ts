import { describe, expect, it } from 'vitest'
import { exponential, fixed } from './backoff.ts'
import { resolveRetry, retry } from './retry.ts'

describe('retry', () => {
  it('backs off exponentially by default', () => {
    expect(retry(3)).toEqual({ times: 3, backoff: exponential() })
    expect(retry(1, { backoff: fixed('500ms') })).toEqual({ times: 1, backoff: fixed('500ms') })
  })

  it.each([
    [0, 'retry.times'],
    [101, 'retry.times'],
    [1.5, 'retry.times'],
    ['2', 'retry.times'],
  ])('rejects %o times', (times, named) => {
    expect(() => retry(times as number)).toThrow(named)
  })

  it('rejects unknown options', () => {
    expect(() => retry(1, { delay: 5 } as object)).toThrow('delay')
  })
})

describe('resolveRetry', () => {
  it('accepts a plain object and adds the default backoff', () => {
    const resolved = resolveRetry({ times: 2 })

    expect(resolved).toEqual({ times: 2, backoff: exponential() })
    expect(Object.isFrozen(resolved)).toBe(true)
  })

  it('rejects anything else', () => {
    expect(() => resolveRetry(3 as never)).toThrow('retry')
    expect(() => resolveRetry({ times: 2, backoff: { initialMs: 5 } } as never)).toThrow('retry.backoff')
    expect(() => resolveRetry({ times: 2, tries: 1 } as never)).toThrow('tries')
  })
})
