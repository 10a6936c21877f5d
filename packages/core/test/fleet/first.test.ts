import { describe, expect, it } from 'vitest'
import { cron, every, Supervisor } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'

describe('a fleet', () => {
  it('runs each slot once', async () => {
    const clock = new VirtualClock()
    const fleet = new MemoryFleet({ lease: '10s' })
    const runs: string[] = []
    const supervisors = [1, 2, 3].map((n) => {
      const member = fleet.member()
      const recorder = recordEvents()
      const supervisor = new Supervisor({ clock, fleet: member, observers: [recorder], env: {} })
      supervisor.register({ name: 'a', scope: 'service', schedule: every('1s'), run: ({ scheduledAt, attempt, fencingToken }) => { runs.push(`${n} ${scheduledAt?.getTime()} ${attempt} ${fencingToken}`) } })
      return { member, recorder, supervisor }
    })
    for (const { supervisor } of supervisors) await supervisor.start()
    await clock.advance('5s')
    console.log(runs, supervisors.map(({ recorder }) => recorder.events.map((e) => e.type).join(' ')))
    console.log(supervisors.map(({ supervisor }) => supervisor.task('a')?.health()))
    expect(new Set(runs.map((r) => r.split(' ')[1])).size).toBe(runs.length)
  })
})
