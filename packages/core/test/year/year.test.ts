import { describe, expect, it } from 'vitest'
import { faultOf, runYear } from './run-year.ts'
import { yearTasks } from './tasks.ts'
import { walkZone } from './zone-walk.ts'

const day = 86_400_000

describe('days of many tasks in eight time zones', () => {
  // The whole leap year is `npm run test:year`; here only days with clock changes are tested.
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
    expect(tallies.map(faultOf).filter((fault) => fault !== undefined)).toEqual([])
    expect(tallies).toHaveLength(104)
  })
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
