import { describe, expect, it } from 'vitest'
import { FailureStreaks } from './failure-streaks.ts'

const minute = 60_000
const hour = 60 * minute

/**
 * Fails once a minute and returns each report as text. `10 reminder 11` is a reminder in minute 10, after 11
 * failures.
 */
function failing(streaks: FailureStreaks, minutes: number): string[] {
  const reports: string[] = []
  for (let n = 0; n <= minutes; n++) {
    const report = streaks.failed('poll', n * minute)
    if (report) reports.push(`${n} ${report.kind} ${report.failures}`)
  }
  return reports
}

describe('FailureStreaks', () => {
  it('reports the first failure, then reminders after 10 min, 1 h, 6 h and daily, with the number of failures', () => {
    expect(failing(new FailureStreaks('first'), 3 * 24 * 60)).toEqual([
      '0 first 1',
      '10 reminder 11',
      '60 reminder 61',
      '360 reminder 361',
      '1440 reminder 1441',
      '2880 reminder 2881',
      '4320 reminder 4321',
    ])
  })

  it('sends a single reminder after a long silence, even if several were due', () => {
    const streaks = new FailureStreaks('first')
    streaks.failed('backup', 0)

    const reports = [25 * hour, 26 * hour, 48 * hour].map((at) => streaks.failed('backup', at)?.kind)

    expect(reports).toEqual(['reminder', undefined, 'reminder'])
  })

  it('begins a new streak after a success', () => {
    const streaks = new FailureStreaks('first')
    streaks.failed('poll', 0)
    streaks.failed('poll', minute)

    expect(streaks.succeeded('poll')).toEqual({ failures: 2, since: 0 })
    expect(streaks.succeeded('poll')).toBeUndefined()
    expect(streaks.failed('poll', 2 * minute)).toEqual({ kind: 'first', failures: 1, since: 2 * minute })
  })

  it('reports each failure with the policy every', () => {
    expect(failing(new FailureStreaks('every'), 3)).toEqual([
      '0 first 1',
      '1 repeat 2',
      '2 repeat 3',
      '3 repeat 4',
    ])
  })

  it('reports only the first failure with the policy transitions', () => {
    expect(failing(new FailureStreaks('transitions'), 24 * 60)).toEqual(['0 first 1'])
  })

  it('keeps separate streaks per task', () => {
    const streaks = new FailureStreaks('first')
    streaks.failed('a', 0)

    expect(streaks.failed('b', 0)?.kind).toBe('first')
    expect(streaks.succeeded('b')?.failures).toBe(1)
    expect(streaks.failures('a')).toBe(1)
  })
})
