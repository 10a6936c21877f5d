import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorName, recordError } from './error-record.ts'

class FeedError extends Error {}
class NamedError extends Error {
  override readonly name = 'FEED_DOWN'
}

const hostile = (keys: readonly PropertyKey[]): Error =>
  new Proxy(new Error('x'), {
    get(target, key, receiver) {
      if (keys.includes(key)) throw new Error(`no ${String(key)}`)
      return Reflect.get(target, key, receiver)
    },
  })

describe('recordError', () => {
  it('keeps name, message and stack', () => {
    const error = new TypeError('no such feed')

    expect(recordError(error)).toEqual({ name: 'TypeError', message: 'no such feed', stack: error.stack })
  })

  it('names an error by its class if the class sets no name', () => {
    expect(errorName(new FeedError('x'))).toBe('FeedError')
    expect(errorName(new NamedError('x'))).toBe('FEED_DOWN')
    expect(errorName(new Error('x'))).toBe('Error')
  })

  it.each([
    ['name', ''],
    ['name', 42],
    ['name', null],
  ])('uses the name of the class when %s is %o', (key, value) => {
    expect(errorName(Object.assign(new RangeError('x'), { [key]: value }))).toBe('RangeError')
  })

  it('accepts an error without class, message or stack', () => {
    const bare = Object.assign(Object.create(null), { name: 'Error' }) as Error

    expect(recordError(bare)).toEqual({ name: 'Error', message: '', stack: undefined })
    expect(recordError(Object.assign(new Error('x'), { message: { toString: 1 } })).message).toBe('')
  })

  it.each([
    [['name']],
    [['message']],
    [['stack']],
    [['constructor']],
    [['name', 'constructor', 'message', 'stack']],
  ])('survives getters that throw: %o', (keys) => {
    const record = recordError(hostile(keys))

    expect(record.name).toBe('Error')
    expect(record.message).toBe(keys.includes('message') ? '' : 'x')
  })

  it('cuts a long message to 1,024 characters and a long name to 100', () => {
    const record = recordError(Object.assign(new Error('a'.repeat(5_000)), { name: 'N'.repeat(500) }))

    expect(record.message).toBe(`${'a'.repeat(1_023)}…`)
    expect(record.name).toBe(`${'N'.repeat(99)}…`)
  })

  it('keeps the stack frames when the message is long', () => {
    const record = recordError(new Error('a'.repeat(100_000)))

    expect(record.stack?.length).toBeLessThanOrEqual(4_096)
    expect(record.stack).toMatch(/^Error: a+…\n {4}at /)
  })

  it('cuts a deep stack', () => {
    const error = Object.assign(new Error('x'), { stack: `Error: x\n${'    at somewhere\n'.repeat(1_000)}` })

    expect(recordError(error).stack).toHaveLength(4_096)
  })

  it('never cuts a character in half', () => {
    const texts = fc.string({ unit: 'grapheme-composite', minLength: 500, maxLength: 1_500 })
    fc.assert(
      fc.property(texts, fc.nat({ max: 3 }), (text, shift) => {
        const { message } = recordError(new Error('x'.repeat(shift) + text))

        expect(message.length).toBeLessThanOrEqual(1_024)
        // encodeURIComponent throws for half of a surrogate pair.
        expect(() => encodeURIComponent(message)).not.toThrow()
      }),
    )
  })
})
