import { expect, test } from 'vitest'
import { exitTogether } from './exit-together.ts'

test('a process with several supervisors ends after the last stop, with the worst exit code', () => {
  const codes: number[] = []
  const exit = (code: number): void => void codes.push(code)
  const [first, second, third] = [exitTogether(exit), exitTogether(exit), exitTogether(exit)]

  second(1)
  first(0)
  expect(codes).toEqual([])
  third(0)

  expect(codes).toEqual([1])
})
