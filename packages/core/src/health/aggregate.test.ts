import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Priority } from '../base/words.ts'
import { newTally, processHealth, tally } from './aggregate.ts'
import type { HealthStatus } from './status.ts'

type Task = readonly [Priority, HealthStatus]

const healthOfAll = (tasks: readonly Task[]): HealthStatus => {
  const counts = newTally()
  for (const [priority, status] of tasks) tally(counts, priority, undefined, status)
  return processHealth(counts)
}

describe('processHealth', () => {
  const cases: readonly (readonly [HealthStatus, readonly Task[]])[] = [
    ['healthy', []],
    [
      'healthy',
      [
        ['critical', 'healthy'],
        ['low', 'healthy'],
      ],
    ],
    [
      'unhealthy',
      [
        ['critical', 'unhealthy'],
        ['low', 'healthy'],
      ],
    ],
    [
      'degraded',
      [
        ['critical', 'healthy'],
        ['high', 'unhealthy'],
      ],
    ],
    [
      'degraded',
      [
        ['critical', 'degraded'],
        ['normal', 'healthy'],
      ],
    ],
    [
      'degraded',
      [
        ['critical', 'healthy'],
        ['low', 'degraded'],
      ],
    ],
    [
      'degraded',
      [
        ['critical', 'unknown'],
        ['low', 'unhealthy'],
      ],
    ],
    [
      'unknown',
      [
        ['critical', 'unknown'],
        ['critical', 'healthy'],
        ['low', 'healthy'],
      ],
    ],
    [
      'healthy',
      [
        ['critical', 'healthy'],
        ['low', 'unknown'],
      ],
    ],
    [
      'unknown',
      [
        ['normal', 'unknown'],
        ['low', 'unknown'],
      ],
    ],
  ]

  it.each(cases)('is %s for %j', (expected, tasks) => {
    expect(healthOfAll(tasks)).toBe(expected)
  })

  it('follows tasks whose status changes and tasks that are removed', () => {
    const counts = newTally()

    tally(counts, 'critical', undefined, 'unknown')
    tally(counts, 'low', undefined, 'healthy')
    tally(counts, 'critical', 'unknown', 'unhealthy')
    expect(processHealth(counts)).toBe('unhealthy')
    tally(counts, 'critical', 'unhealthy', undefined)

    expect(processHealth(counts)).toBe('healthy')
    expect(counts.byHealth).toEqual({ healthy: 1, unknown: 0, degraded: 0, unhealthy: 0 })
  })

  it('counts step by step the same as all at once', () => {
    const priority = fc.constantFrom<Priority[]>('low', 'normal', 'high', 'critical')
    const status = fc.constantFrom<HealthStatus[]>('healthy', 'unknown', 'degraded', 'unhealthy')
    const lives = fc.array(fc.tuple(priority, fc.array(status, { minLength: 1, maxLength: 5 })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(lives, (tasks) => {
        const counts = newTally()
        for (const [of, statuses] of tasks) {
          let from: HealthStatus | undefined
          for (const to of statuses) {
            tally(counts, of, from, to)
            from = to
          }
        }
        const last = tasks.map(([of, statuses]) => [of, statuses.at(-1) ?? 'unknown'] as const)
        expect(processHealth(counts)).toBe(healthOfAll(last))
      }),
    )
  })
})
