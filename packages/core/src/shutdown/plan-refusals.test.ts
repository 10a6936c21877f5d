import { describe, expect, it } from 'vitest'
import { refuseCycle, refuseUnknown } from './plan.ts'

const task = (name: string, ...dependsOn: string[]) => ({ name, priority: 'low', dependsOn }) as const

describe('an invalid shutdown plan', () => {
  it('is rejected with the cycle', () => {
    expect(() => refuseCycle(task('a', 'a'), () => undefined)).toThrow(
      "Expected `dependsOn` to be free of cycles, got 'a → a'",
    )
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
