import { expect, it } from 'vitest'
import { instantText, localTime } from './local-time.ts'

it.each([
  ['2026-11-29T03:00:00.000Z', 'Europe/Berlin', '2026-11-29T03:00:00.000Z (04:00 Europe/Berlin)'],
  ['2026-07-01T03:00:00.000Z', 'Europe/Berlin', '2026-07-01T03:00:00.000Z (05:00 Europe/Berlin)'],
  ['2026-11-29T23:00:00.000Z', 'Asia/Tokyo', '2026-11-29T23:00:00.000Z (2026-11-30 08:00 Asia/Tokyo)'],
  [
    '2026-11-29T02:30:15.000Z',
    'America/New_York',
    '2026-11-29T02:30:15.000Z (2026-11-28 21:30:15 America/New_York)',
  ],
  ['2026-11-29T03:00:00.000Z', 'UTC', '2026-11-29T03:00:00.000Z'],
  ['2026-11-29T03:00:00.000Z', undefined, '2026-11-29T03:00:00.000Z'],
])('%s in the zone %s is %s', (at, timeZone, text) => {
  expect(instantText(Date.parse(at), timeZone)).toBe(text)
})

it('the second of two equal local times has its own instant', () => {
  const zone = 'Europe/Berlin'

  expect(localTime(Date.parse('2026-10-25T00:30:00Z'), zone)).toBe('02:30 Europe/Berlin')
  expect(localTime(Date.parse('2026-10-25T01:30:00Z'), zone)).toBe('02:30 Europe/Berlin')
})
