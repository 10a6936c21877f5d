import type { Explanation } from './explanation.ts'

export const schedule: readonly Explanation[] = [
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
]
