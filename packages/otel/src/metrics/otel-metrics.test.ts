import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, noMetrics } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { type OtelObserverOptions, otelObserver } from '../index.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

function supervise(options: OtelObserverOptions = {}, name?: string): FakeSupervisor {
  return new FakeSupervisor(otelObserver({ exportAtStart: false, ...options }), name)
}

describe('the totals of a task', () => {
  it('exist from 0 on before the first run', async () => {
    supervise().register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.runs')).toEqual({
      'name=mail,run.result=success': 0,
      'name=mail,run.result=failure': 0,
      'name=mail,run.result=timeout': 0,
      'name=mail,run.result=cancellation': 0,
      'name=mail,run.result=abandoned': 0,
    })
    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({})
    expect(await sdk.points('runwell.task.restarts')).toEqual({})
  })

  it('that appear later are emitted as 0 first, so that their rise is visible', async () => {
    const task = supervise().register(new FakeTask('mail'))
    task.count({ missed: 7 })

    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({ 'name=mail,skip.reason=missed': 0 })
    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({ 'name=mail,skip.reason=missed': 7 })
  })

  it('that appear in the last collection are emitted with their value', async () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))
    task.count({ missed: 7 })
    supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1, abandoned: [] } })

    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({ 'name=mail,skip.reason=missed': 7 })
  })

  it('are read from the supervisor on each collection', async () => {
    const task = supervise().register(new FakeTask('mail'))
    task.count({
      outcomes: { succeeded: 4, failed: 3, 'timed-out': 2, cancelled: 1, abandoned: 5 },
      skipped: { ...noMetrics.skipped, overlap: 6, paused: 2 },
      missed: 7,
      errors: new Map([['TypeError', 3]]),
      restarts: { ...noMetrics.restarts, manual: 1 },
      units: { succeeded: 9, failed: 0, cancelled: 0 },
      blockedMs: 1500,
      consecutiveFailures: 2,
      lastSuccessAt: 3_000,
      lastBeatAt: 4_500,
    })
    await sdk.collect()

    expect(await sdk.points('runwell.task.runs')).toEqual({
      'name=mail,run.result=success': 4,
      'name=mail,run.result=failure': 3,
      'name=mail,run.result=timeout': 2,
      'name=mail,run.result=cancellation': 1,
      'name=mail,run.result=abandoned': 5,
    })
    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({
      'name=mail,skip.reason=overlap': 6,
      'name=mail,skip.reason=paused': 2,
      'name=mail,skip.reason=missed': 7,
    })
    expect(await sdk.points('runwell.task.errors')).toEqual({ 'name=mail,error.type=TypeError': 3 })
    expect(await sdk.points('runwell.task.restarts')).toEqual({ 'name=mail,restart.reason=manual': 1 })
    expect(await sdk.points('runwell.task.units')).toEqual({ 'name=mail,unit.result=success': 9 })
    expect(await sdk.points('runwell.task.eventloop.blocked.time')).toEqual({ 'name=mail': 1.5 })
    expect(await sdk.points('runwell.task.failures.consecutive')).toEqual({ 'name=mail': 2 })
    expect(await sdk.points('runwell.task.last_success.timestamp')).toEqual({ 'name=mail': 3 })
    expect(await sdk.points('runwell.task.last_beat.timestamp')).toEqual({ 'name=mail': 4.5 })
  })
})

describe('the state of a task', () => {
  it('is 1 for its current state and health, and 0 for former ones', async () => {
    const task = supervise().register(new FakeTask('mail'))
    expect(await sdk.points('runwell.task.status')).toEqual({ 'name=mail,state=idle': 1 })
    expect(await sdk.points('runwell.task.health')).toEqual({ 'name=mail,health.state=healthy': 1 })

    task.state = 'backing-off'
    task.nextRestartAt = 7_000
    task.verdict = {
      status: 'unhealthy',
      since: 5_000,
      flapping: false,
      reasons: [
        { rule: 'stale', status: 'unhealthy', value: 9, limit: 3, reason: 'no success', since: 5_000 },
      ],
    }

    expect(await sdk.points('runwell.task.status')).toEqual({
      'name=mail,state=idle': 0,
      'name=mail,state=backoff': 1,
    })
    expect(await sdk.points('runwell.task.health')).toEqual({
      'name=mail,health.state=healthy': 0,
      'name=mail,health.state=unhealthy': 1,
    })
    expect(await sdk.points('runwell.task.health.since.timestamp')).toEqual({ 'name=mail': 5 })
    expect(await sdk.points('runwell.task.next_restart.timestamp')).toEqual({ 'name=mail': 7 })
    expect(await sdk.points('runwell.task.rule.firing')).toEqual({ 'name=mail,rule=stale': 1 })
    expect(await sdk.points('runwell.task.rule.value')).toEqual({ 'name=mail,rule=stale': 9 })
    expect(await sdk.points('runwell.task.rule.limit')).toEqual({ 'name=mail,rule=stale': 3 })

    task.verdict = { status: 'healthy', since: 6_000, flapping: false, reasons: [] }
    expect(await sdk.points('runwell.task.health.since.timestamp')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.rule.firing')).toEqual({ 'name=mail,rule=stale': 0 })
  })

  it('includes when it is due, or 0 if nothing is due', async () => {
    const task = supervise().register(new FakeTask('mail'))
    task.nextRunAt = 61_000
    task.dueAt = 60_000
    task.live = [{ startedAt: 59_000 }, { startedAt: 59_500 }]

    expect(await sdk.points('runwell.task.next_run.timestamp')).toEqual({ 'name=mail': 61 })
    expect(await sdk.points('runwell.task.success_due.timestamp')).toEqual({ 'name=mail': 60 })
    expect(await sdk.points('runwell.task.run.active')).toEqual({ 'name=mail': 2 })
    expect(await sdk.points('runwell.task.run.oldest_active.timestamp')).toEqual({ 'name=mail': 59 })
    expect(await sdk.points('runwell.task.schedule.interval')).toEqual({ 'name=mail': 1 })

    task.nextRunAt = undefined
    task.dueAt = undefined
    task.live = []
    task.paused = true
    task.pausedAt = 65_000

    expect(await sdk.points('runwell.task.next_run.timestamp')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.success_due.timestamp')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.run.oldest_active.timestamp')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.paused.since.timestamp')).toEqual({ 'name=mail': 65 })
    expect(await sdk.points('runwell.task.status')).toEqual({
      'name=mail,state=idle': 0,
      'name=mail,state=paused': 1,
    })
  })

  it('includes its owner, category, priority, scope and kind', async () => {
    const runbook = 'https://wiki/mail'
    supervise().register(new FakeTask('mail', { runbook, slo: { target: 0.99, windowMs: 1 } }))

    expect(await sdk.points('runwell.task.info')).toEqual({
      'name=mail,owner=feeds,category=sync,priority=high,scope=instance,schedule.kind=every,runbook=https://wiki/mail': 1,
    })
    expect(await sdk.points('runwell.task.slo')).toEqual({ 'name=mail': 0.99 })
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })

  it('changes when it is rescheduled to another kind', async () => {
    const task = supervise().register(new FakeTask('mail'))
    await sdk.collect()
    const cron = { ...task.info.schedule, kind: 'cron' as const }
    Object.assign(task, { info: { ...task.info, schedule: cron } })

    expect(await sdk.points('runwell.task.info')).toEqual({
      'name=mail,owner=feeds,category=sync,priority=high,scope=instance,schedule.kind=every': 0,
      'name=mail,owner=feeds,category=sync,priority=high,scope=instance,schedule.kind=cron': 1,
    })
  })

  it('falls to 0 with its last totals when the task is unregistered', async () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))
    task.state = 'stuck'
    task.live = [{ startedAt: 1_000 }]
    await sdk.collect()

    task.count({ outcomes: { ...noMetrics.outcomes, failed: 1 } })
    supervisor.unregister(task)

    expect((await sdk.points('runwell.task.runs'))['name=mail,run.result=failure']).toBe(1)
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.status')).toEqual({ 'name=mail,state=stuck': 0 })
    expect(await sdk.points('runwell.task.run.active')).toEqual({ 'name=mail': 0 })
    expect(Object.values(await sdk.points('runwell.task.info'))).toEqual([0])
  })

  it('counts the runs of a task that was registered and unregistered between two collections', async () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('once'))
    task.count({ outcomes: { ...noMetrics.outcomes, succeeded: 1 } })
    supervisor.unregister(task)

    expect((await sdk.points('runwell.task.runs'))['name=once,run.result=success']).toBe(1)
  })

  it('continues if a task is registered again under its name', async () => {
    const supervisor = supervise()
    supervisor.unregister(supervisor.register(new FakeTask('mail')))
    supervisor.register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
    expect(await sdk.points('runwell.task.status')).toEqual({ 'name=mail,state=idle': 1 })
  })

  it('is emitted for all other tasks if one can not be read', async () => {
    const supervisor = supervise()
    const broken = supervisor.register(new FakeTask('broken'))
    broken.metrics = () => {
      throw new Error('broken')
    }
    supervisor.register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })
})
