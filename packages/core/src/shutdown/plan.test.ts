import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidOptionError, UnknownTaskError } from '../base/errors.ts'
import type { Priority } from '../base/words.ts'
import { priorities } from '../base/words.ts'
import type { Stoppable } from './plan.ts'
import { planShutdown, refuseCycle, refuseUnknown } from './plan.ts'

const task = (name: string, priority: Priority, ...dependsOn: string[]): Stoppable => ({
  name,
  priority,
  dependsOn,
})

describe('planShutdown', () => {
  it('stops the lowest priority first', () => {
    const tasks = [task('a', 'critical'), task('b', 'low'), task('c', 'normal'), task('d', 'low')]
    expect(planShutdown(tasks)).toEqual([['b', 'd'], ['c'], [], ['a']])
  })

  it('stops a dependency no sooner than its dependants, even indirect ones, in whatever order they are registered', () => {
    const a = task('a', 'critical', 'b')
    const b = task('b', 'normal', 'c')
    const c = task('c', 'low')
    for (const tasks of [
      [a, b, c],
      [c, b, a],
      [b, a, c],
    ]) {
      expect(planShutdown(tasks)[3]?.sort()).toEqual(['a', 'b', 'c'])
    }
  })

  it('ignores unknown names and leaves higher classes unchanged', () => {
    expect(planShutdown([task('a', 'low', 'gone', 'b'), task('b', 'high')])).toEqual([['a'], [], ['b'], []])
  })

  it('contains each task once, in the lowest class that its own priority and its dependants allow', () => {
    const tasks = fc
      .array(fc.tuple(fc.constantFrom(...priorities), fc.array(fc.nat(7), { maxLength: 3 })), {
        maxLength: 8,
      })
      .map((specs) =>
        specs.map(([priority, needs], index) =>
          // A task needs only tasks with a higher index, so there is no cycle.
          task(`t${index}`, priority, ...needs.filter((other) => other > index).map((other) => `t${other}`)),
        ),
      )
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), tasks, (order, specs) => {
        const shuffled = order.flatMap((index) => specs[index] ?? [])
        const classes = planShutdown(shuffled)
        const classOf = (name: string): number => classes.findIndex((names) => names.includes(name))
        expect(classes.flat().sort()).toEqual(shuffled.map(({ name }) => name).sort())
        for (const { name, priority } of shuffled) {
          const dependants = shuffled.filter(({ dependsOn }) => dependsOn.includes(name))
          const needed = Math.max(
            priorities.indexOf(priority),
            ...dependants.map((other) => classOf(other.name)),
          )
          expect(classOf(name)).toBe(needed)
        }
      }),
    )
  })
})

describe('refuseCycle', () => {
  it('names the cycle that a task would close', () => {
    const known = new Map([task('b', 'low', 'c'), task('c', 'low', 'x', 'a')].map((one) => [one.name, one]))
    const refused = () => refuseCycle(task('a', 'low', 'b'), (name) => known.get(name))
    expect(refused).toThrow(InvalidOptionError)
    expect(refused).toThrow("'a → b → c → a'")
    expect(() => refuseCycle(task('a', 'low', 'a'), () => undefined)).toThrow("'a → a'")
  })

  it('accepts two dependants of the same task', () => {
    const known = new Map(
      [task('b', 'low', 'd'), task('c', 'low', 'd'), task('d', 'low')].map((one) => [one.name, one]),
    )
    expect(() => refuseCycle(task('a', 'low', 'b', 'c'), (name) => known.get(name))).not.toThrow()
  })
})

describe('refuseUnknown', () => {
  it('names the task whose dependency is unknown', () => {
    const known = new Map(['a', 'b'].map((name) => [name, name]))

    expect(() => refuseUnknown([task('a', 'low', 'b'), task('b', 'low', 'c')], known)).toThrow(
      UnknownTaskError,
    )
    expect(() => refuseUnknown([task('a', 'low', 'b'), task('b', 'low')], known)).not.toThrow()
  })
})
