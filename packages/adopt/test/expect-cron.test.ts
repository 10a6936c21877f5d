import { CronTime } from 'cron'
import { Cron } from 'croner'
import * as nodeCron from 'node-cron'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { expectCron, zoneOfOffset } from '../src/base/expect-cron.ts'
import { expectCroner } from '../src/croner/expect-croner.ts'

/** The libraries interpret some of these patterns differently. */
const patterns = [
  '*/7 * * * *',
  '0 0 13 * 5',
  '0 0 13 * */2',
  '0 0 */2 * 1',
  '0 0 */2 * */3',
  '30 9-17/2 * * 1-5',
  '0 0 * * 7',
  '0 0 1,15 * *',
  '0 0 1 */3 *',
  '15 30 6 * * MON-FRI',
  '@daily',
  '@weekly',
]
const from = Date.UTC(2026, 1, 10, 12, 0, 0)

function expected(pattern: string, days: 'both' | 'either', timeZone = 'UTC'): string[] {
  const { slots } = expectCron('job', pattern, { days, timeZone }) ?? {}
  const found: number[] = []
  for (let at = from; found.length < 4; ) {
    at = slots?.next(at, from) ?? Number.NaN
    found.push(at)
  }
  return found.map((at) => new Date(at).toISOString())
}

const iso = (dates: readonly Date[]): string[] => dates.map((date) => date.toISOString())

afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await new Promise(setImmediate) // until then, a warning has a listener for the exit of the process
})

describe('the expected slots are the runs of', () => {
  it.each(patterns)('node-cron for %s', (pattern) => {
    vi.useFakeTimers({ now: from, toFake: ['Date'] })
    const task = nodeCron.createTask(pattern, () => {}, { timezone: 'UTC' })

    expect(expected(pattern, 'both')).toEqual(iso(task.getNextRuns(4)))
  })

  it.each([...patterns, '@minutely', '@weekdays', '@weekends'])('cron for %s', (pattern) => {
    vi.useFakeTimers({ now: from, toFake: ['Date'] })
    const dates = new CronTime(pattern, 'UTC').sendAt(4)

    expect(expected(pattern, 'either')).toEqual(iso(dates.map((date) => date.toJSDate())))
  })

  it.each([...patterns, '0 0 L * *', '0 0 * * 5#2', '0 0 15W * *'])('croner for %s', (pattern) => {
    const job = new Cron(pattern, { timezone: 'UTC', paused: true })

    expect(expected(pattern, 'either')).toEqual(iso(job.nextRuns(4, new Date(from))))
  })

  it('croner where both day fields must match', () => {
    const job = new Cron('0 0 13 * 5', { timezone: 'UTC', paused: true, domAndDow: true })

    expect(expected('0 0 13 * 5', 'both')).toEqual(iso(job.nextRuns(4, new Date(from))))
    expect(expectCroner('job', job)?.info.cron).toBe('0 0 13 * +5')
  })
})

describe('croner', () => {
  it('runs at the first match after its interval', () => {
    const job = new Cron('* * * * *', { timezone: 'UTC', paused: true, interval: 90 })

    expect(expectCroner('job', job)?.info).toMatchObject({ kind: 'every', periodMs: 120_000 })
  })

  it('has an offset instead of a time zone', () => {
    const job = new Cron('0 3 * * *', { utcOffset: 120, paused: true })

    expect(expectCroner('job', job)?.info.timeZone).toBe('Etc/GMT-2')
  })

  it('has one slot for a single date, and none for a date that has passed', () => {
    const textOf = (date: string) => expectCroner('job', new Cron(date, { paused: true }))?.info.text

    expect(textOf('2030-01-01T00:00:00Z')).toBe('once at 2030-01-01T00:00:00.000Z')
    expect(textOf('2020-01-01T00:00:00Z')).toBeUndefined()
  })

  it.each([
    [{ dayOffset: 1 }, 'it has the option dayOffset'],
    [{ utcOffset: 330 }, 'its utcOffset of 330 min is not a whole number of hours'],
  ])('has no slots with %j, and a warning says so', (options, why) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})

    expect(expectCroner('job', new Cron('0 3 * * *', { ...options, paused: true }))).toBeUndefined()
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining(`${why}. Its runs`),
      'RunwellWarning',
    )
  })
})

it('an offset is a zone if it has whole hours', () => {
  expect([0, 120, -300, 330].map(zoneOfOffset)).toEqual(['UTC', 'Etc/GMT-2', 'Etc/GMT+5', undefined])
})

it('a pattern that Runwell cannot read is expected at no time, and a warning says so', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})

  expect(expectCron('backup', '0 0 3 * * * 2030', { days: 'either', timeZone: 'UTC' })).toBeUndefined()
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(
      /^Runwell: cannot read the schedule of job 'backup': .*'0 0 3 \* \* \* 2030'\. Its runs/,
    ),
    'RunwellWarning',
  )
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining(
      " Its runs are counted, but a missing run is not noticed. Give the option `expects`: a cron(…) with the times of the job, or for instance every('1d', { phase: '3h' }) for 03:00 UTC each day.",
    ),
    'RunwellWarning',
  )
})
