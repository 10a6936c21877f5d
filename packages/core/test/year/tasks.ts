import type { Schedule } from '../../src/index.ts'
import { cron, every, schedules } from '../../src/index.ts'
import {
  clockTime,
  debian,
  everyDay,
  literal,
  onFirstOfMonth,
  onLeapDay,
  onWeekdays,
  sinceEpoch,
  sinceStart,
  skipping,
  wildcard,
} from './counts.ts'
import type { Stretch } from './zone-walk.ts'

export interface YearTask {
  readonly name: string
  readonly schedule: Schedule
  expected(from: number, to: number, stretches: readonly Stretch[]): number
  readonly timeZone: string
}

export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Asia/Kolkata',
] as const

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

function tasksOf(timeZone: string): YearTask[] {
  const zone = { timeZone }
  const at2 = clockTime(2, 30)
  const at1 = clockTime(1, 30)
  const task = (what: string, schedule: Schedule, expected: YearTask['expected']): YearTask => ({
    name: `${timeZone}: ${what}`.replace(/[^\w.:/-]/g, '_'),
    schedule,
    expected,
    timeZone,
  })
  const minutely = [1, 2, 3].map((n) =>
    task(`minutely ${n}`, cron('* * * * *', zone), (_from, _to, spans) => wildcard(spans, minute)),
  )
  return [
    ...minutely,
    task('each 5 min', cron('*/5 * * * *', zone), (_from, _to, spans) => wildcard(spans, 5 * minute)),
    task('hourly', cron('7 * * * *', zone), (_from, _to, spans) => wildcard(spans, hour, 7 * minute)),
    task('2:30', cron('30 2 * * *', zone), (_from, _to, spans) => debian(spans, at2)),
    task('2:30 literal', cron('30 2 * * *', { ...zone, dst: 'literal' }), (_from, _to, spans) =>
      literal(spans, at2),
    ),
    task('1:30 literal', cron('30 1 * * *', { ...zone, dst: 'literal' }), (_from, _to, spans) =>
      literal(spans, at1),
    ),
    task('2:30 skip', cron('30 2 * * *', { ...zone, dst: 'skip' }), (_from, _to, spans) =>
      skipping(spans, at2, everyDay),
    ),
    task('weekdays', cron('0 9 * * 1-5', { ...zone, jitter: '30s' }), (_from, _to, spans) =>
      debian(spans, clockTime(9, 0), onWeekdays),
    ),
    task('monthly', cron('0 0 1 * *', zone), (_from, _to, spans) =>
      debian(spans, clockTime(0, 0), onFirstOfMonth),
    ),
    task('leap day', cron('0 12 29 2 *', zone), (_from, _to, spans) =>
      debian(spans, clockTime(12, 0), onLeapDay),
    ),
  ]
}

const intervals: readonly YearTask[] = [
  interval('each 30 s', every('30s'), (from, to) => sinceStart(from, to, 30_000)),
  interval('each 90 s, jitter', every('90s', { jitter: '20s' }), (from, to) => sinceStart(from, to, 90_000)),
  interval('each 7 min', every('7m', { immediate: true }), (from, to) => sinceStart(from, to, 7 * minute)),
  interval('each 10 min', every('10m', { anchor: 'epoch' }), (from, to) => sinceEpoch(from, to, 10 * minute)),
  interval('each 25 h', every('25h', { anchor: 'start' }), (from, to) => sinceStart(from, to, 25 * hour)),
  interval('daily at 5:00', every('1d', { phase: '5h' }), (from, to) => sinceEpoch(from, to, day, 5 * hour)),
  interval('each 30 d', every('30d'), (from, to) => sinceEpoch(from, to, 30 * day)),
  interval('after 1 h', schedules.delay('1h', { immediate: true }), (from, to) => sinceStart(from, to, hour)),
]

function interval(name: string, schedule: Schedule, expected: YearTask['expected']): YearTask {
  return { name: name.replace(/[^\w.:/-]/g, '_'), schedule, expected, timeZone: 'UTC' }
}

export const yearTasks: readonly YearTask[] = [...zones.flatMap(tasksOf), ...intervals]
