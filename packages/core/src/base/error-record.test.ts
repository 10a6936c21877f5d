import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorName, errorText, recordError } from './error-record.ts'

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

describe('errorText', () => {
  it('names the chain of causes, of which a line shows three', () => {
    const errors = ['a', 'b', 'c', 'd', 'e'].reduceRight<Error | undefined>(
      (cause, message) => new Error(message, cause && { cause }),
      undefined,
    )

    expect(errorText(errors as Error)).toBe(
      'Error: a, caused by Error: b, caused by Error: c, caused by Error: d',
    )
    expect(errorText(new TypeError('no', { cause: 'a text' }))).toBe('TypeError: no, caused by a text')
  })

  it('names the first three members of an AggregateError', () => {
    const members = [new TypeError('1'), '2', new Error('3'), new Error('4')]

    expect(errorText(new AggregateError(members, 'all failed'))).toBe(
      'AggregateError: all failed [TypeError: 1; 2; Error: 3; and 1 more]',
    )
  })

  it('survives errors that throw when they are read, and those that are their own cause', () => {
    const hostile = new Error('hostile')
    for (const key of ['cause', 'errors'])
      Object.defineProperty(hostile, key, {
        get: () => {
          throw new Error('no')
        },
      })
    const own = new Error('own')
    own.cause = own

    expect(errorText(hostile)).toBe('Error: hostile')
    expect(errorText(new Error('outer', { cause: Object.create(null) }))).toBe('Error: outer, caused by {}')
    expect(errorText(own)).toContain('Error: own, caused by Error: own')
  })
})
