import { describe, expect, it } from 'vitest'
import { type CronOptions, cron } from './cron.ts'
import { expected } from './expected.ts'

/** The expected slots of two days, in UTC. */
function slotsOf(from: string, expression: string, dst?: CronOptions['dst'], timeZone = 'Europe/Berlin') {
  const { slots } = expected('expects', cron(expression, { timeZone, dst }))
  const start = Date.parse(from)
  const found: string[] = []
  for (let at = start - 1; ; ) {
    at = slots?.next(at, start) ?? Number.NaN
    if (!(at < start + 2 * 86_400_000)) break
    found.push(new Date(at).toISOString().slice(5, 16))
    expect(slots?.newest?.(at + 1, start)).toBe(at)
  }
  return found
}

/** In Berlin, the clock goes from 2:00 to 3:00 at 01:00 UTC. */
const spring = '2026-03-28T12:00Z'
/** In Berlin, the clock goes from 3:00 to 2:00 at 01:00 UTC. */
const autumn = '2026-10-24T12:00Z'

describe('a host is not expected to run a job at a local time that', () => {
  it.each([
    ['30 2 * * *', ['03-30T00:30']],
    [
      '*/30 2,4 * * *',
      ['03-29T02:00', '03-29T02:30', '03-30T00:00', '03-30T00:30', '03-30T02:00', '03-30T02:30'],
    ],
    ['30 3 * * *', ['03-29T01:30', '03-30T01:30']],
  ])('the clock skips: %s', (expression, slots) => {
    expect(slotsOf(spring, expression)).toEqual(slots)
  })

  it.each([
    ['30 2 * * *', ['10-26T01:30']],
    ['*/30 2 * * *', ['10-26T01:00', '10-26T01:30']],
    ['59 1 * * *', ['10-24T23:59', '10-26T00:59']],
    ['0 3 * * *', ['10-25T02:00', '10-26T02:00']],
  ])('comes twice: %s', (expression, slots) => {
    expect(slotsOf(autumn, expression)).toEqual(slots)
  })

  it('the clock skips at midnight', () => {
    // In Santiago, the clock goes from 0:00 to 1:00 at 04:00 UTC.
    expect(slotsOf('2026-09-05T12:00Z', '0 0 * * *', undefined, 'America/Santiago')).toEqual(['09-07T03:00'])
  })
})

it('a job of every hour is expected in each hour', () => {
  expect(slotsOf(autumn, '0 * * * *')).toHaveLength(48)
  expect(slotsOf(spring, '0 * * * *')).toHaveLength(48)
})

it('a dst other than the default says which of these times the host runs', () => {
  expect(slotsOf(autumn, '30 2 * * *', 'literal')).toEqual(['10-25T00:30', '10-25T01:30', '10-26T01:30'])
  expect(slotsOf(autumn, '30 2 * * *', 'skip')).toEqual(['10-25T00:30', '10-26T01:30'])
})
