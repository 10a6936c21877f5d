import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorClasses } from './error-classes.ts'

const hour = 3_600_000

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

const twentyOf = (classes: ErrorClasses, times: number, at: number): void => {
  for (let name = 0; name < 20; name += 1) {
    for (let time = 0; time < times; time += 1) classes.add(`Class${name}`, at)
  }
}

describe('ErrorClasses', () => {
  it('counts up to twenty classes one by one', () => {
    const classes = new ErrorClasses()

    twentyOf(classes, 3, 0)

    expect(classes.counts().size).toBe(20)
    expect(classes.counts().get('Class7')).toBe(3)
    expect(classes.counts().has('other')).toBe(false)
  })

  it('counts a rarer class as other', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)

    classes.add('Rare', 0)
    classes.add('Rare', 0)

    expect(classes.counts().get('other')).toBe(2)
    expect(classes.counts().has('Rare')).toBe(false)
  })

  it('lets a class that comes more often take the place of the rarest', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    classes.add('Class0', 0)

    for (let time = 0; time < 5; time += 1) classes.add('Often', 0)

    const counts = classes.counts()
    // The fourth was one more than the rarest had; what was before stays in `other`.
    expect(counts.get('Often')).toBe(2)
    expect(counts.get('other')).toBe(3 + 3)
    expect(counts.get('Class0')).toBe(4)
    expect(counts.size).toBe(21)
    expect(sum(counts)).toBe(61 + 5)
  })

  it('lets a class that waits among many have its turn when it has come often enough', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let name = 0; name < 20; name += 1) classes.add(`Waiting${name}`, 0)

    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)

    expect(classes.counts().get('Waiting0')).toBe(1)
  })

  it('takes one from each that waits when too many do', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let name = 0; name < 21; name += 1) classes.add(`Waiting${name}`, 0)

    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)
    const before = classes.counts().has('Waiting0')
    classes.add('Waiting0', 0)

    expect([before, classes.counts().has('Waiting0')]).toEqual([false, true])
  })

  it('takes no more than one from a class that waits', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)
    for (let name = 1; name < 21; name += 1) classes.add(`Waiting${name}`, 0)

    classes.add('Waiting0', 0)
    const before = classes.counts().has('Waiting0')
    classes.add('Waiting0', 0)

    expect([before, classes.counts().has('Waiting0')]).toEqual([false, true])
  })

  it('makes a class that lost its place prove itself anew', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 1, 0)
    for (let time = 0; time < 2; time += 1) classes.add('Loser', 0)
    for (let name = 1; name < 20; name += 1)
      for (let time = 0; time < 9; time += 1) classes.add(`Class${name}`, 0)
    for (let time = 0; time < 3; time += 1) classes.add('Winner', 0)

    for (let time = 0; time < 3; time += 1) classes.add('Loser', 0)

    expect(classes.counts().has('Winner')).toBe(true)
    expect(classes.counts().has('Loser')).toBe(false)
  })

  it('forgets after an hour how often a class came', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 1_000, 0)

    classes.add('New', 2 * hour)

    expect(classes.counts().get('New')).toBe(1)
    expect(classes.counts().get('other')).toBe(1_000)
  })

  it('stays small and finds the frequent one among 100,000 classes', () => {
    const classes = new ErrorClasses()

    for (let index = 0; index < 100_000; index += 1) {
      classes.add(`Once${index}`, index)
      if (index % 5 === 0) classes.add('Frequent', index)
    }

    const counts = classes.counts()
    expect(counts.size).toBeLessThanOrEqual(21)
    expect(counts.get('Frequent')).toBeGreaterThan(19_900)
    expect(sum(counts)).toBe(120_000)
  })

  it('is not confused by a class named other', () => {
    const classes = new ErrorClasses()
    classes.add('other', 0)
    twentyOf(classes, 1, 0)
    classes.add('Rare', 0)

    expect(classes.counts().get('other')).toBe(2)
    expect(classes.counts().size).toBe(21)
  })

  it('adds up, and no count of a kept class ever goes down', () => {
    const names = fc.oneof(fc.nat({ max: 25 }), fc.nat({ max: 200 }))
    const gaps = fc.oneof(fc.constant(0), fc.nat({ max: hour }))
    fc.assert(
      fc.property(fc.array(fc.tuple(names, gaps), { maxLength: 300 }), (all) => {
        const classes = new ErrorClasses()
        let now = 0
        let before = classes.counts()
        all.forEach(([name, gap], index) => {
          now += gap
          classes.add(`E${name}`, now)

          const counts = classes.counts()
          expect(sum(counts)).toBe(index + 1)
          expect(counts.size).toBeLessThanOrEqual(21)
          expect(counts.get('other') ?? 0).toBeGreaterThanOrEqual(before.get('other') ?? 0)
          for (const [kept, count] of before)
            if (counts.has(kept)) expect(counts.get(kept)).toBeGreaterThanOrEqual(count)
          before = counts
        })
      }),
    )
  })
})
