import type { Explanation } from './explanation.ts'

export const schedule: readonly Explanation[] = [
  {
    file: 'schedule/cron.ts',
    from: 'return next === -1 ? matches.length : next',
    to: ['return false ? matches.length : next'],
    why: 'in a table of bytes -1 becomes 255, which is no second, minute or hour either',
  },
  {
    file: 'schedule/cron-slots.ts',
    from: 'for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {',
    to: ['for (let backMs = 1_000; backMs <= 2 * searchMs; backMs *= 2) {'],
    why: 'doubling one second meets no hundred years exactly',
  },
  {
    file: 'schedule/cron-fields.ts',
    from: 'if (monthStart * daySeconds * 1_000 >= end) return undefined',
    to: ['if (monthStart * daySeconds * 1_000 > end) return undefined'],
    why: 'a month that begins right at the end is looked at in vain: what is found in it is not before the end',
  },
  {
    file: 'schedule/cron-fields.ts',
    from: 'for (let weekday = 0; weekday < 7; weekday += 1) {',
    to: ['for (let weekday = 0; weekday <= 7; weekday += 1) {'],
    why: 'there is no eighth weekday, so none of it counts',
  },
  {
    file: 'schedule/time-zone.ts',
    from: '#latest: ZoneSpan = { from: 0, to: 0, offsetMs: 0, previousMs: 0 }',
    to: ['#latest: ZoneSpan = {}'],
    why: 'nothing lies in a span without ends either',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'if (at >= latest.from && at < latest.to) return latest',
    to: ['if (false) return latest', 'if (at > latest.from && at < latest.to) return latest'],
    why: 'a shortcut, a sixth of the time that a slot takes: what is kept of the window gives the same span',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'const spans: ZoneSpan[] = []',
    to: ['const spans: ZoneSpan[] = ["Stryker was here"]'],
    why: 'a text begins at no time, so no time is found in it',
  },
  {
    file: 'schedule/time-zone.ts',
    from: 'for (let at = from; at < end; at += probeMs) {',
    to: ['for (let at = from; at <= end; at += probeMs) {'],
    why: 'looks five days beyond the window: a change there ends the last span, instead of a cut with one offset on both sides',
  },
  {
    file: 'schedule/every.ts',
    from: 'while (base + n * periodMs > at) n -= 1',
    to: ['while (base + n * periodMs >= at) n -= 1'],
    why: 'a step too far down is taken back by the next line',
  },
  {
    file: 'schedule/jitter.ts',
    from: 'if (schedule.rules.jitterMs === 0) return slot + spreadMs',
    to: ['if (false) return slot + spreadMs'],
    why: 'a shortcut that spares the hash and the look at the next slot: a share of no jitter is none',
  },
  {
    file: 'schedule/once.ts',
    from: 'if (day === undefined) return Number.NaN',
    to: ['if (false) return Number.NaN'],
    why: 'a text without a day has no midnight either, and gives NaN one line later; the compiler does not know',
  },
  {
    file: 'schedule/policy.ts',
    from: "if (typeof all !== 'number' || Object.keys(value).length !== 1) return false",
    to: ['if (false || Object.keys(value).length !== 1) return false'],
    why: 'what is an integer is a number; the compiler does not know',
  },
]
