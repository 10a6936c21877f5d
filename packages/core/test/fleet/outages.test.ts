import { expect, it } from 'vitest'
import { every, rule, Supervisor, type TaskOptions } from '../../src/index.ts'
import { MemoryFleet, recordEvents, VirtualClock } from '../../src/testing/index.ts'

async function scene(more: Partial<TaskOptions> = {}) {
  const clock = new VirtualClock()
  const fleet = new MemoryFleet()
  const recorder = recordEvents()
  const supervisor = new Supervisor({ clock, fleet: fleet.member(), observers: [recorder], env: {} })
  const schedule = every('1m')
  const task = supervisor.register({ name: 'a', scope: 'service', schedule, run: () => {}, ...more })
  await supervisor.start()
  await clock.advance('2m')
  return { clock, fleet, recorder, supervisor, task }
}

it('explains the newest reason of an outage, and reports the outage once', async () => {
  const { clock, fleet, recorder, supervisor, task } = await scene()
  const downAt = clock.now()
  fleet.storeDown(new Error('connect ECONNREFUSED'))
  await clock.advance('10s')
  fleet.storeDown(new Error('NOAUTH Authentication required'))
  const since = new Date(downAt).toISOString()
  expect(task.fleet?.down).toEqual({ at: downAt, error: 'NOAUTH Authentication required' })
  expect(supervisor.explain('a').text).toContain(
    `the memory fleet can't be used since ${since} (NOAUTH Authentication required)`,
  )
  expect(task.health().reasons).toMatchObject([
    { rule: 'fleet', reason: expect.stringMatching(/for 10 s.*: NOAUTH Authentication required$/) },
  ])
  fleet.storeUp()
  expect(recorder.of('fleet.down')).toHaveLength(1)
  expect(recorder.of('fleet.up')).toMatchObject([{ downMs: 10_000 }])
})

it('judges no task again for a new reason of an outage, because a fleet can have many tasks', async () => {
  let judged = 0
  const counting = rule('counting', () => {
    judged += 1
    return undefined
  })
  const { clock, fleet, task } = await scene({ health: { add: [counting] } })
  fleet.storeDown(new Error('connect ECONNREFUSED ::1:6379'))
  await clock.advance('1ms')
  const before = judged
  for (const address of ['127.0.0.1', '::1', '127.0.0.1']) {
    fleet.storeDown(new Error(`connect ECONNREFUSED ${address}:6379`))
    await clock.advance('1ms')
  }
  expect(judged).toBe(before)
  expect(task.fleet?.down?.error).toBe('connect ECONNREFUSED 127.0.0.1:6379')
})

it('is healthy again when the store is back, although it was paused during the outage', async () => {
  const { clock, fleet, recorder, task } = await scene()
  fleet.storeDown()
  await clock.advance('10s')
  expect(task.health().status).toBe('degraded')
  task.pause()
  await clock.advance('10s')
  expect(task.health()).toMatchObject({
    status: 'degraded',
    reasons: [{ rule: 'fleet', reason: expect.stringMatching(/^before the pause: /) }],
  })
  fleet.storeUp()
  await clock.advance('1s')
  expect(task.paused).toBe(true)
  expect(task.health()).toMatchObject({ status: 'healthy', reasons: [] })
  expect(recorder.of('rule.closed')).toMatchObject([{ rule: 'fleet', cause: 'cleared' }])
})

it('is healthy again when the store is back, although it is on standby', async () => {
  let isEnabled = true
  const { clock, fleet, task } = await scene({ enabled: () => isEnabled })
  fleet.storeDown()
  await clock.advance('10s')
  isEnabled = false
  await clock.advance('2m')
  expect(task.state).toBe('standby')
  expect(task.health().status).toBe('degraded')
  fleet.storeUp()
  await clock.advance('1s')
  expect(task.state).toBe('standby')
  expect(task.health().status).toBe('healthy')
})

it('keeps other findings while it is paused, when the store is back', async () => {
  let isBroken = false
  const run = (): void => {
    if (isBroken) throw new Error('broken')
  }
  const { clock, fleet, task } = await scene({ run })
  isBroken = true
  await clock.advance('5m')
  expect(task.health().status).toBe('unhealthy')
  fleet.storeDown()
  await clock.advance('10s')
  task.pause()
  await clock.advance('10s')
  fleet.storeUp()
  await clock.advance('10s')
  const { status, reasons } = task.health()
  expect(status).toBe('unhealthy')
  expect(reasons.map(({ rule }) => rule)).toContain('consecutive-failures')
  expect(reasons.map(({ rule }) => rule)).not.toContain('fleet')
})

it('does not become degraded because of an outage that begins while it is paused', async () => {
  const { clock, fleet, task } = await scene()
  task.pause()
  fleet.storeDown()
  await clock.advance('1h')
  expect(task.health().status).toBe('healthy')
  fleet.storeUp()
  await clock.advance('1s')
  expect(task.health().status).toBe('healthy')
})
