import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { errorText } from './error-record.ts'
import { NotAnErrorError } from './errors.ts'
import { toError } from './to-error.ts'

class FeedError extends Error {}
const throws = (): never => {
  throw new Error('no')
}
function hostile(...keys: string[]): Error {
  const error = new FeedError('feed is down', { cause: new TypeError('no route') })
  for (const key of keys) Object.defineProperty(error, key, { get: throws })
  return error
}
const errorWith = (key: string, value: unknown): Error =>
  Object.assign(new FeedError('feed is down'), { [key]: value })

describe('toError', () => {
  it.each([
    ['an error', new FeedError('x')],
    ['an error with a cause', new Error('x', { cause: new Error('y') })],
    ['an error whose name is a number', errorWith('name', 42)],
    ['a DOMException', new DOMException('aborted', 'AbortError')],
    ['an error of another realm', runInNewContext('new RangeError("x")') as Error],
    ['an AggregateError', new AggregateError([new Error('x')], 'all')],
  ])('returns %s as it is', (_what, error) => {
    expect(toError(error)).toBe(error)
  })

  it.each([
    ['name: an object', errorWith('name', {})],
    ['name: a symbol', errorWith('name', Symbol('x'))],
    ['name: a getter that throws', hostile('name')],
    ['stack: an object', errorWith('stack', { toString: throws })],
    ['stack: a getter that throws', hostile('stack')],
    ['cause: a getter that throws', hostile('cause')],
    ['cause: a symbol', errorWith('cause', Symbol('x'))],
    ['errors: a getter that throws', hostile('errors')],
  ])('copies name and message of an error with an odd %s', (_what, error) => {
    const copy = toError(error)

    expect(copy).not.toBeInstanceOf(NotAnErrorError)
    expect([copy.name, copy.message, typeof copy.stack]).toEqual(['FeedError', 'feed is down', 'string'])
    expect(Object.keys(copy)).toEqual([])
  })

  it.each([
    ['a symbol', errorWith('message', Symbol('x'))],
    ['a getter that throws', hostile('message')],
    ['an object', errorWith('message', { toString: throws })],
  ])('copies the name of an error whose message is %s', (_what, error) => {
    const copy = toError(error)

    expect([copy.name, copy.message, typeof copy.stack]).toEqual(['FeedError', '', 'string'])
  })

  it('keeps cause and members of an error that is copied, and copies those that are odd themselves', () => {
    const inner = hostile('stack')
    const error = Object.assign(hostile('name'), { errors: [inner, 'text', hostile('message')] })
    const copy = toError(error) as AggregateError

    expect(copy.cause).toBeInstanceOf(TypeError)
    expect(copy.errors.map((each) => (each instanceof Error ? each.message : each))).toEqual([
      'feed is down',
      'text',
      '',
    ])
    expect(copy.errors[0]).not.toBe(inner)
  })

  it('ends for an odd error that is its own cause', () => {
    const error = errorWith('name', {})
    error.cause = error

    expect(toError(error).message).toBe('feed is down')
  })

  it('reads an error of another realm whose tag is odd', () => {
    const error = runInNewContext(
      'Object.defineProperty(new RangeError("far"), Symbol.toStringTag, { get() { throw 1 } })',
    ) as Error

    expect(toError(error)).toBe(error)
  })

  it('reports what is not an error, even if it cannot be read at all', () => {
    const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
    revoke()

    for (const thrown of [
      proxy,
      'text',
      undefined,
      null,
      Symbol('x'),
      1n,
      { message: 'x' },
      Object.create(null),
    ])
      expect(toError(thrown)).toBeInstanceOf(NotAnErrorError)
  })

  it('reads an error behind a proxy as far as its traps allow', () => {
    const proxy = new Proxy(new FeedError('feed is down'), {
      get: (target, key) => (key === 'stack' ? throws() : Reflect.get(target, key)),
    })

    expect(toError(proxy)).toMatchObject({ name: 'FeedError', message: 'feed is down' })
  })
})

describe('errorText of an error with odd parts', () => {
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()

  it.each([
    [
      'a revoked proxy as a member',
      new AggregateError([new Error('1'), revoked.proxy, '3'], 'all'),
      'AggregateError: all [Error: 1; a value that cannot be shown; 3]',
    ],
    [
      'members that throw, and a cause',
      Object.defineProperty(new Error('x', { cause: 'why' }), 'errors', { get: throws }),
      'Error: x, caused by why',
    ],
    [
      'a revoked proxy as cause, and members',
      Object.assign(new AggregateError(['1'], 'all'), { cause: revoked.proxy }),
      'AggregateError: all [1], caused by a value that cannot be shown',
    ],
    ['a cause that is an object', new Error('x', { cause: { code: 7 } }), 'Error: x, caused by {"code":7}'],
    [
      'a cause whose message throws',
      new Error('x', { cause: hostile('message') }),
      'Error: x, caused by FeedError: , caused by TypeError: no route',
    ],
  ])('shows the rest beside %s', (_what, error, text) => {
    expect(errorText(error as Error)).toBe(text)
  })
})
