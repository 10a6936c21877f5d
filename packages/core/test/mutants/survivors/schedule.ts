import type { Explanation } from './explanation.ts'

export const schedule: readonly Explanation[] = [
  {
    file: 'schedule/cron.ts',
    from: 'return next === -1 ? matches.length : next',
    to: ['return false ? matches.length : next'],
    why: 'in a table of bytes -1 becomes 255, which is not a valid second, minute or hour either',
  },
  {
    file: 'schedule/cron-slots.ts',
    from: 'for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {',
    to: ['for (let backMs = 1_000; backMs <= 2 * searchMs; backMs *= 2) {'],
    why: 'doubling one second never gives exactly a hundred years',
  },
  {
    file: 'schedule/cron-fields.ts',
    from: 'if (monthStart * daySeconds * 1_000 >= end) return undefined',
    to: ['if (monthStart * daySeconds * 1_000 > end) return undefined'],
    why: 'a month that starts exactly at the end is then searched without a result, because nothing in it is before the end',
  },
  {
    file: 'schedule/cron-fields.ts',
    from: 'for (let weekday = 0; weekday < 7; weekday += 1) {',
    to: ['for (let weekday = 0; weekday <= 7; weekday += 1) {'],
    why: 'there is no eighth weekday, so nothing matches it',
  },
  {
    file: 'schedule/time-zone.ts',
    from: '#latest: ZoneSpan = { from: 0, to: 0, offsetMs: 0, previousMs: 0 }',
    to: ['#latest: ZoneSpan = {}'],
    why: 'no time is within a span without ends',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'if (at >= latest.from && at < latest.to) return latest',
    to: ['if (false) return latest', 'if (at > latest.from && at < latest.to) return latest'],
    why: 'a shortcut that saves a sixth of the time per slot: the cached window gives the same span',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'const spans: ZoneSpan[] = []',
    to: ['const spans: ZoneSpan[] = ["Stryker was here"]'],
    why: 'a string has no start, so no time is found in it',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'for (let at = from; at < end; at += probeMs) {',
    to: ['for (let at = from; at <= end; at += probeMs) {'],
    why: 'the search then goes five days beyond the window; if it finds a change there, the last span ends with this change and not with the window',
  },
  {
    file: 'schedule/every.ts',
    from: 'while (base + n * periodMs > at) n -= 1',
    to: ['while (base + n * periodMs >= at) n -= 1'],
    why: 'the next line corrects a step too far down',
  },
  {
    file: 'schedule/jitter.ts',
    from: 'if (schedule.policy.jitterMs === 0) return slot + spreadMs',
    to: ['if (false) return slot + spreadMs'],
    why: 'a shortcut that saves the hash and the next slot: any part of a jitter of zero is zero',
  },
  {
    file: 'schedule/slot-policy.ts',
    from: "if (typeof all !== 'number' || Object.keys(value).length !== 1) return false",
    to: ['if (false || Object.keys(value).length !== 1) return false'],
    why: 'an integer is a number; the check is for the compiler',
  },
]
