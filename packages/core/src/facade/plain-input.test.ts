import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { plainInput } from './plain-input.ts'

class Order {}
const loop: Record<string, unknown> = {}
loop['self'] = [loop]
const shared = { id: 1 }

it.each<[string, unknown, string]>([
  ['a Date', { at: new Date(0) }, '`input.at` is a Date: pass a text, such as `toISOString()`'],
  ['an invalid Date', [new Date(Number.NaN)], '`input[0]` is a Date: pass a text, such as `toISOString()`'],
  ['NaN', { of: [1, Number.NaN] }, '`input.of[1]` is NaN: pass a finite number or `null`'],
  ['a bigint', { 'order id': 7n }, '`input["order id"]` is a bigint: pass a text, such as `String(value)`'],
  ['a hole', [1, undefined], '`input[1]` is undefined: pass `null`'],
  ['a Map', { by: new Map() }, '`input.by` is a Map: pass an array, such as `[...value]`'],
  ['a Set', { of: new Set() }, '`input.of` is a Set: pass an array, such as `[...value]`'],
  ['a function', () => {}, '`input` is a function: leave it out'],
  ['a symbol', { kind: Symbol('x') }, '`input.kind` is a symbol: leave it out'],
  ['a method', { toJSON: () => 1 }, '`input.toJSON` is a function: leave it out'],
  [
    'an object of a class',
    { order: new Order() },
    '`input.order` is an object of the class Order: pass a plain object',
  ],
  ['bytes', Buffer.from('x'), '`input` is an object of the class Buffer: pass a plain object'],
  ['an object that contains itself', loop, '`input.self[0]` is an object that contains itself: leave it out'],
])('an input with %s is refused by its path, its kind and the cure', (_, input, message) => {
  expect(() => plainInput(input, 'sync')).toThrow(
    `${message} (task 'sync'; the run may happen in another process, so its input must be plain data that JSON can hold)`,
  )
})

it('an input that throws when it is read is refused', () => {
  const input = {
    get at(): never {
      throw new Error('closed')
    },
  }
  expect(() => plainInput(input, 'sync')).toThrow(/^`input` cannot be read: Error: closed \(task 'sync'/)
})

it.each<[unknown, unknown]>([
  [undefined, undefined],
  [null, null],
  ['all', 'all'],
  [{ ids: [1, 'b', null, true], note: undefined }, { ids: [1, 'b', null, true] }],
  [
    [shared, shared],
    [{ id: 1 }, { id: 1 }],
  ],
  [Object.create(null), {}],
  [runInNewContext('({ id: 1 })'), { id: 1 }],
])('the input %j is copied', (input, copy) => {
  expect(plainInput(input, 'sync')).toEqual(copy)
  if (typeof input === 'object' && input !== null) expect(plainInput(input, 'sync')).not.toBe(input)
})
