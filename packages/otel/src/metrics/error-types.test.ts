import { describe, expect, it } from 'vitest'
import { ErrorTypes } from './error-types.ts'

describe('the error types of a task', () => {
  it('are the first five types, and other for the rest', () => {
    const types = new ErrorTypes()
    const errors = new Map([
      ['A', 1],
      ['B', 2],
      ['C', 3],
      ['D', 4],
      ['E', 5],
    ])
    expect([...types.read(errors)]).toHaveLength(5)

    errors.set('F', 100).set('A', 9)

    expect(Object.fromEntries(types.read(errors))).toEqual({ A: 9, B: 2, C: 3, D: 4, E: 5, other: 100 })
  })

  it('never let a total fall, even if core drops a rare type', () => {
    const types = new ErrorTypes()
    types.read(new Map([['A', 3], ['other', 2]])) // biome-ignore format: one table

    expect(Object.fromEntries(types.read(new Map([['other', 5]])))).toEqual({ A: 3, other: 2 })
    expect(Object.fromEntries(types.read(new Map([['other', 6]])))).toEqual({ A: 3, other: 3 })
  })
})
