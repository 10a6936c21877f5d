import { expect, it } from 'vitest'
import { every, rules, Supervisor } from '../../src/index.ts'
import { MemoryFleet, VirtualClock } from '../../src/testing/index.ts'

it('explains which numbers of a shared task are of this process, and which of all processes', async () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const [failing, working] = [fleet.member(), fleet.member()].map(
    (member) => new Supervisor({ clock, fleet: member, observers: [], env: {} }),
  ) as [Supervisor, Supervisor]
  const health = [rules.consecutiveFailures({ degraded: 1, unhealthy: 9 })]
  const task = { name: 'a', scope: 'service', schedule: every('10s'), health } as const
  const fails = () => Promise.reject(new Error('no mail'))
  failing.register({ ...task, run: fails })
  working.register({ ...task, run: () => {} })
  await failing.start()
  await working.start()
  await clock.advance('85s')
  const { text } = failing.explain('a')

  expect(text).toContain("Task 'a' of 'app' (default, normal) is waiting in this process; schedule: ")
  expect(text).toMatch(
    /^Its health in this process is degraded since .*: the last run in this process failed, limit 1\.$/m,
  )
  expect(text).toContain('Its next run, in one of the processes, is due at 2026-01-01T00:01:30.000Z.')
  expect(text).toContain('It last ran here, as attempt 1: failed at 2026-01-01T00:01:20.000Z.')
  expect(text).toContain('Its last success in any process was at 2026-01-01T00:01:10.000Z.')
  expect(text).toMatch(/^Overlap: .*; the runs of all processes count\.$/m)
})

it('says that a shared task has never succeeded in any process', async () => {
  const clock = new VirtualClock()
  const supervisor = new Supervisor({ clock, fleet: new MemoryFleet().member(), observers: [], env: {} })
  const run = () => Promise.reject(new Error('no mail'))
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('10s'), run })
  await supervisor.start()
  await clock.advance('5s')
  expect(supervisor.explain('a').text).toContain('It has not succeeded in any process yet.')
  expect(task.health().reasons).toMatchObject([
    { reason: 'has not succeeded yet in any process: 1 of 1 runs in this process failed' },
  ])
})
