import { describe, expect, it } from 'vitest'
import { refuseCycle, refuseUnknown } from './plan.ts'

const task = (name: string, ...dependsOn: string[]) => ({ name, priority: 'low', dependsOn }) as const

describe('an invalid shutdown plan', () => {
  it('is rejected with the cycle', () => {
    expect(() => refuseCycle(task('a', 'a'), () => undefined)).toThrow(
      "Expected `dependsOn` to be free of cycles, got 'a → a'",
    )
  })

  it('is rejected with the shortest cycle, if there are several ways', () => {
    const tasks = [task('a', 'b', 'c'), task('b', 'd'), task('c', 'a'), task('d', 'a')]
    const known = (name: string) => tasks.find((one) => one.name === name)

    expect(() => refuseCycle(task('a', 'b', 'c'), known)).toThrow("got 'a → c → a' (task 'a')")
  })

  it('is found in a moment, even if there are a million ways from a task to another', () => {
    // Each of 40 tasks depends on all later ones, so there are 2^38 ways from the first to the last.
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`)
    let asked = 0
    const known = (name: string) => {
      asked += 1
      return task(name, ...names.slice(names.indexOf(name) + 1))
    }

    refuseCycle(task('new', ...names), known)

    expect(asked).toBe(40)
  })

  it('is rejected with the task and its unknown dependency', () => {
    expect(() => refuseUnknown([task('a', 'b')], new Map())).toThrow(
      "Expected `dependsOn` of 'a' to name a registered task, got 'b'",
    )
  })

  it('is rejected with the name that was probably meant', () => {
    const known = new Map([['database', 1]])

    expect(() => refuseUnknown([task('a', 'databse')], known)).toThrow(
      "Expected `dependsOn` of 'a' to name a registered task, got 'databse'. Did you mean 'database'?",
    )
  })
})
