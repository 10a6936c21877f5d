import { describe, expect, it } from 'vitest'
import { cut, cutError } from './truncate.ts'

describe('cutError', () => {
  it('leaves an error of the usual size as it is', () => {
    const error = new TypeError('no')

    expect(cutError(error)).toBe(error)
  })

  it('cuts a message of 1 MB, also where the stack quotes it, and keeps the name, the code and the frames', () => {
    const error = Object.assign(new TypeError('x'.repeat(1_000_000)), { code: 'E_LONG' })

    const short = cutError(error)

    expect(short).toMatchObject({ name: 'TypeError', code: 'E_LONG' })
    expect(short.message).toHaveLength(4_096)
    expect(short.stack?.length).toBeLessThan(4_096 + 16_384 + 20)
    expect(short.stack?.split('\n    at ').length).toBeGreaterThan(1)
    expect(error.message).toHaveLength(1_000_000)
  })

  it('does without a stack', () => {
    const error = Object.assign(new Error('x'.repeat(5_000)), { stack: undefined })

    expect(cutError(error).message).toHaveLength(4_096)
  })
})

describe('cut', () => {
  it('keeps as many characters as it may, and says that there were more', () => {
    expect(cut('abcdef', 6)).toBe('abcdef')
    expect(cut('abcdef', 5)).toBe('abcd…')
  })
})
