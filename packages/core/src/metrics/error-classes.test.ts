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
  it('counts up to twenty classes separately', () => {
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

  it('replaces the rarest class by one that occurs more often', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    classes.add('Class0', 0)

    for (let time = 0; time < 5; time += 1) classes.add('Often', 0)

    const counts = classes.counts()
    // The rarest class had three errors, so `Often` gets its own count with its fourth error.
    expect(counts.get('Often')).toBe(2)
    expect(counts.get('other')).toBe(3 + 3)
    expect(counts.get('Class0')).toBe(4)
    expect(counts.size).toBe(21)
    expect(sum(counts)).toBe(61 + 5)
  })

  it('counts a candidate among many separately once it has occurred often enough', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let name = 0; name < 20; name += 1) classes.add(`Waiting${name}`, 0)

    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)

    expect(classes.counts().get('Waiting0')).toBe(1)
  })

  it('takes one from each candidate when there are too many', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let name = 0; name < 21; name += 1) classes.add(`Waiting${name}`, 0)

    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)
    const before = classes.counts().has('Waiting0')
    classes.add('Waiting0', 0)

    expect([before, classes.counts().has('Waiting0')]).toEqual([false, true])
  })

  it('takes no more than one from a candidate', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 3, 0)
    for (let time = 0; time < 3; time += 1) classes.add('Waiting0', 0)
    for (let name = 1; name < 21; name += 1) classes.add(`Waiting${name}`, 0)

    classes.add('Waiting0', 0)
    const before = classes.counts().has('Waiting0')
    classes.add('Waiting0', 0)

    expect([before, classes.counts().has('Waiting0')]).toEqual([false, true])
  })

  it('makes a replaced class qualify again from zero', () => {
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

  it('forgets after an hour how often a class occurred', () => {
    const classes = new ErrorClasses()
    twentyOf(classes, 1_000, 0)

    classes.add('New', 2 * hour)

    expect(classes.counts().get('New')).toBe(1)
    expect(classes.counts().get('other')).toBe(1_000)
  })

  it('stays small and finds the frequent class among 100,000', () => {
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

  it('handles a class named other', () => {
    const classes = new ErrorClasses()
    classes.add('other', 0)
    twentyOf(classes, 1, 0)
    classes.add('Rare', 0)

    expect(classes.counts().get('other')).toBe(2)
    expect(classes.counts().size).toBe(21)
  })

  it('adds up exactly and never decreases the count of a kept class', () => {
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
