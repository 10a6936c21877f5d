import { describe, expect, it } from 'vitest'
import { type ClockMoves, faultOf, runYear } from './run-year.ts'
import { yearTasks } from './tasks.ts'
import { walkZone } from './zone-walk.ts'

const day = 86_400_000

describe('days of many tasks in eight time zones', () => {
  it.each([
    ['the leap day', '2024-02-29', 1],
    ['spring in New York and St. John’s', '2024-03-10', 1],
    ['spring in Berlin', '2024-03-31', 1],
    ['autumn at Lord Howe, in Chatham', '2024-04-06', 2],
    ['autumn in Berlin', '2024-10-27', 1],
    ['the first of a month', '2024-11-01', 1],
    ['autumn in New York', '2024-11-03', 1],
  ])('have exactly the slots of the calendar: %s', async (_what, firstDay, days) => {
    const from = Date.parse(firstDay)
    const tallies = await runYear(yearTasks, from, from + days * day)
    expect(tallies.map((tally) => faultOf(tally, false)).filter((fault) => fault !== undefined)).toEqual([])
    expect(tallies).toHaveLength(104)
  })
})

describe('days on which the clock moves', () => {
  const hour = 3_600_000
  const wallTasks = yearTasks.filter(({ schedule }) => schedule.slots?.timeline === 'wall')
  const sleep: ClockMoves['move'] = (clock, ms) => clock.suspend(ms)
  const set: ClockMoves['move'] = (clock, ms) => clock.jump(ms)

  it.each<readonly [string, string, number, number, ClockMoves['move']]>([
    ['the machine sleeps every night', '2024-03-30T12:00Z', 3, 8, sleep],
    ['the machine sleeps for two hours, again and again', '2024-10-26T12:00Z', 1, 2, sleep],
    ['the clock is set forward by five hours', '2024-11-02T12:00Z', 2, 5, set],
  ])(
    'have exactly the slots of the calendar, run or missed: %s',
    async (_what, firstDay, days, hours, move) => {
      const from = Date.parse(firstDay)
      const moves: ClockMoves = { awakeMs: 2 * hour, moveMs: hours * hour, move }
      const tallies = await runYear(wallTasks, from, from + days * day, moves)

      expect(tallies.map((tally) => faultOf(tally, true)).filter((fault) => fault !== undefined)).toEqual([])
      expect(tallies.some(({ missed }) => missed > 0)).toBe(true)
    },
  )
})

describe('walkZone', () => {
  it('finds the days of clock changes', () => {
    const changes = (timeZone: string) =>
      walkZone(timeZone, Date.parse('2024-01-01'), Date.parse('2025-01-01'))
        .slice(1)
        .map(({ from, offsetMs }) => `${new Date(from).toISOString().slice(0, 16)} ${offsetMs / 60_000}`)
    expect(changes('Europe/Berlin')).toEqual(['2024-03-31T01:00 120', '2024-10-27T01:00 60'])
    expect(changes('Australia/Lord_Howe')).toEqual(['2024-04-06T15:00 630', '2024-10-05T15:30 660'])
    expect(changes('Asia/Kolkata')).toEqual([])
  })
})
