import { expect, it } from 'vitest'
import { cron, every, type RunContext, Supervisor, type TaskOptions } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'

async function replicas(count: number, options: Partial<TaskOptions>) {
  const clock = new VirtualClock({ startAt: '2026-03-02T08:00:00Z' })
  const fleet = new MemoryFleet()
  const all = Array.from({ length: count }, () => {
    const recorder = recordEvents()
    const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [recorder], env: {} })
    const task = supervisor.register({ name: 'a', scope: 'service', run: () => {}, ...options })
    return { recorder, supervisor, task }
  })
  for (const { supervisor } of all) await supervisor.start()
  return { clock, all }
}

it('a process that does not run a task is not stale while another process runs it', async () => {
  const run = ({ sleep }: RunContext) => sleep('52s')
  const { clock, all } = await replicas(3, { schedule: cron('* * * * *'), run })

  await clock.advance('20m')

  expect(all.flatMap(({ recorder }) => recorder.of('rule.opened'))).toEqual([])
  expect(all.map(({ task }) => task.health().status)).toEqual(['healthy', 'healthy', 'healthy'])
})

it('a process that has never run a task does not report it as overdue while another process runs it', async () => {
  const run = ({ sleep }: RunContext) => sleep('50m')
  const { clock, all } = await replicas(3, { schedule: cron('0 * * * *', { timeZone: 'UTC' }), run })
  await clock.advance('55m')

  for (let minute = 0; minute < 180; minute += 1) {
    await clock.advance('1m')
    const last = Math.max(...all.map(({ task }) => task.metrics().lastSuccessAt ?? 0))
    const due = all.map(({ task }) => task.successDueAt() ?? 0)
    expect(Math.max(...due), new Date(clock.now()).toISOString()).toBeLessThanOrEqual(last)
  }
})

it('all processes count the same slots as unmet, also the slots that end before their own timers fire', async () => {
  let isDown = false
  const run = (): void => {
    if (isDown) throw new Error('down')
  }
  const { clock, all } = await replicas(3, { schedule: every('10s'), run })
  await clock.advance('5m')
  isDown = true
  await clock.advance('2m')

  const counts = all.map(({ task }) => task.health().reasons.find(({ rule }) => rule === 'stale')?.value)
  expect(counts).toEqual([12, 12, 12])
})

it('a process with an older definition says that only other options differ, and announces no runs', async () => {
  const clock = new VirtualClock({ startAt: '2026-03-02T08:00:00Z' })
  const fleet = new MemoryFleet()
  const join = async (version: string, overlap: 'skip' | 'queue') => {
    const supervisor = new Supervisor({ clock, fleet: fleet.member({ version }), observers: [], env: {} })
    supervisor.register({ name: 'a', scope: 'service', schedule: every('10s'), overlap, run: () => {} })
    await supervisor.start()
    return supervisor
  }
  const older = await join('1', 'skip')
  await join('2', 'queue')
  await clock.advance('1m')

  const { text } = older.explain('a')
  expect(text).toMatch(/It does not run here: \S+ of version 2 has a newer definition, with other options\./)
  expect(text).not.toContain('next run')
  expect(text).not.toContain('next slots')
})

it('a trigger while the fleet is down is recorded as refused', async () => {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [recorder], env: {} })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: every('1h'), run: () => {} })
  await supervisor.start()
  await clock.advance('1s')
  fleet.storeDown()
  await clock.advance('10s')

  expect(await task.trigger(undefined, { by: 'ada' })).toEqual({ started: false, reason: 'unreachable' })
  expect(recorder.of('control.performed')).toMatchObject([{ control: 'trigger', result: 'unreachable' }])
})

it('a run that six deploys interrupt is not given up, because it has crashed no process', async () => {
  const clock = new VirtualClock({ startAt: '2026-03-02T08:00:00Z' })
  const fleet = new MemoryFleet()
  const attempts: number[] = []
  const join = async () => {
    const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [], env: {} })
    const run = async ({ attempt, sleep, signal }: RunContext): Promise<void> => {
      attempts.push(attempt)
      await sleep('10m')
      signal.throwIfAborted()
    }
    const schedule = cron('0 9 * * *', { timeZone: 'UTC' })
    const task = supervisor.register({ name: 'a', scope: 'service', schedule, run })
    await supervisor.start()
    return { supervisor, task }
  }
  let current = await join()
  await clock.advance('61m')
  for (let deploy = 0; deploy < 6; deploy += 1) {
    const next = await join()
    const stopped = current.supervisor.stop()
    await clock.advance('1m')
    await stopped
    current = next
  }
  await clock.advance('11m')

  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(current.task.lastRun).toMatchObject({ outcome: 'succeeded', attempt: 7 })
})
