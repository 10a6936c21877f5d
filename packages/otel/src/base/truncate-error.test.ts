import { describe, expect, it } from 'vitest'
import { truncateError } from './truncate-error.ts'

describe('truncateError', () => {
  it('returns an error of normal size unchanged', () => {
    const error = new TypeError('no')

    expect(truncateError(error)).toBe(error)
  })

  it('truncates a message of 1 MB, also inside the stack, and keeps name, code and frames', () => {
    const error = Object.assign(new TypeError('x'.repeat(1_000_000)), { code: 'E_LONG' })

    const short = truncateError(error)

    expect(short).toMatchObject({ name: 'TypeError', code: 'E_LONG' })
    expect(short.message).toHaveLength(4_096)
    expect(short.stack?.length).toBeLessThan(4_096 + 16_384 + 20)
    expect(short.stack?.split('\n    at ').length).toBeGreaterThan(1)
    expect(error.message).toHaveLength(1_000_000)
  })

  it('accepts an error without a stack', () => {
    const error = Object.assign(new Error('x'.repeat(5_000)), { stack: undefined })

    expect(truncateError(error).message).toHaveLength(4_096)
  })
})
