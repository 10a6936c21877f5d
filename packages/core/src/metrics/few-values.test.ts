import { expect, test } from 'vitest'
import { FewValues } from './few-values.ts'

test('FewValues computes quantiles exactly, by the nearest rank', () => {
  const few = new FewValues([5, 1, 30])
  few.add(2)

  expect([few.count, few.sum, few.min, few.max]).toEqual([4, 38, 1, 30])
  expect([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1, 7].map((q) => few.quantile(q))).toEqual([
    1, 1, 2, 2, 5, 30, 30, 30,
  ])
  expect(few.values).toEqual([5, 1, 30, 2])
})

test('FewValues without values has no quantiles, and zero for the rest', () => {
  const none = new FewValues([])

  expect([none.count, none.sum, none.min, none.max]).toEqual([0, 0, 0, 0])
  expect([none.quantile(0.5), new FewValues([1]).quantile(Number.NaN)]).toEqual([undefined, undefined])
})

test('FewValues ignores NaN', () => {
  const few = new FewValues([Number.NaN, 3])
  few.add(Number.NaN)

  expect([few.count, few.sum]).toEqual([1, 3])
})

test('a copy of FewValues does not change', () => {
  const few = new FewValues([3])
  const copy = few.copy()

  few.add(4)

  expect([copy.count, few.count]).toEqual([1, 2])
})
