import { describe, expect, it } from 'vitest'
import { refuseCycle, refuseUnknown } from './plan.ts'

const task = (name: string, ...dependsOn: string[]) => ({ name, priority: 'low', dependsOn }) as const

describe('a plan that can not be', () => {
  it('is refused with the way around the circle', () => {
    expect(() => refuseCycle(task('a', 'a'), () => undefined)).toThrow(
      "Expected `dependsOn` to be free of cycles, got 'a → a'",
    )
  })

  it('is refused with who needs what is not there', () => {
    expect(() => refuseUnknown([task('a', 'b')])).toThrow(
      "Expected `dependsOn` of 'a' to name a registered task, got 'b'",
    )
  })
})
