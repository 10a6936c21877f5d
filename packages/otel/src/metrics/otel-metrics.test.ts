import { metrics } from '@opentelemetry/api'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, forEver, noMetrics } from '../../test/fake-supervisor.ts'
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
  it('are all there from 0 on, before anything ran', async () => {
    supervise().register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.runs')).toEqual({
      'name=mail,run.result=success': 0,
      'name=mail,run.result=failure': 0,
      'name=mail,run.result=timeout': 0,
      'name=mail,run.result=cancellation': 0,
      'name=mail,run.result=abandoned': 0,
    })
    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({
      'name=mail,skip.reason=overlap': 0,
      'name=mail,skip.reason=missed': 0,
    })
    expect(await sdk.points('runwell.task.eventloop.blocked.time')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.failures.consecutive')).toEqual({ 'name=mail': 0 })
    expect(await sdk.points('runwell.task.restarts')).toEqual({})
    expect(await sdk.points('runwell.task.units')).toEqual({})
  })

  it('are read from the registry at each collect', async () => {
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

  it('of a loop are its restarts and units, from 0 on', async () => {
    supervise().register(new FakeTask('gateway', { schedule: forEver }))

    expect(Object.keys(await sdk.points('runwell.task.restarts'))).toEqual([
      'name=gateway,restart.reason=returned',
      'name=gateway,restart.reason=threw',
      'name=gateway,restart.reason=timed-out',
      'name=gateway,restart.reason=stuck',
      'name=gateway,restart.reason=unhealthy',
      'name=gateway,restart.reason=manual',
    ])
    expect(await sdk.points('runwell.task.units')).toEqual({
      'name=gateway,unit.result=success': 0,
      'name=gateway,unit.result=failure': 0,
      'name=gateway,unit.result=cancellation': 0,
    })
    expect(await sdk.points('runwell.task.schedule.skips')).toEqual({})
  })
})

describe('the place of a task', () => {
  it('is a 1 for its state and its health, and a 0 for those it has left', async () => {
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
    expect(await sdk.points('runwell.task.rule.firing')).toEqual({ 'name=mail,rule=stale': 0 })
  })

  it('tells when it is due, and 0 while nothing is', async () => {
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

  it('says who it is', async () => {
    const runbook = 'https://wiki/mail'
    supervise().register(new FakeTask('mail', { runbook, slo: { target: 0.99, windowMs: 1 } }))

    expect(await sdk.points('runwell.task.info')).toEqual({
      'name=mail,owner=feeds,category=sync,priority=high,scope=instance,schedule.kind=every,runbook=https://wiki/mail': 1,
    })
    expect(await sdk.points('runwell.task.slo')).toEqual({ 'name=mail': 0.99 })
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })

  it('comes to rest when the task is unregistered, with its last totals', async () => {
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

  it('counts the runs of a task that came and went between two collects', async () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('once'))
    task.count({ outcomes: { ...noMetrics.outcomes, succeeded: 1 } })
    supervisor.unregister(task)

    expect((await sdk.points('runwell.task.runs'))['name=once,run.result=success']).toBe(1)
  })

  it('goes on where a task is registered anew under its name', async () => {
    const supervisor = supervise()
    supervisor.unregister(supervisor.register(new FakeTask('mail')))
    supervisor.register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
    expect(await sdk.points('runwell.task.status')).toEqual({ 'name=mail,state=idle': 1 })
  })

  it('does not hide that of the others when a task can not be read', async () => {
    const supervisor = supervise()
    const broken = supervisor.register(new FakeTask('broken'))
    broken.metrics = () => {
      throw new Error('broken')
    }
    supervisor.register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })
})

describe('durations and lags', () => {
  it('are recorded per run, in seconds, with the result alone', async () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))
    supervisor.run(task, { latenessMs: 40 }).end('succeeded')
    supervisor.run(task, { latenessMs: 40 }).end('failed', new TypeError('no'))
    supervisor.run(task).end('timed-out')
    supervisor.run(task).end('cancelled')
    supervisor.run(task).end('abandoned')

    expect(await sdk.points('runwell.task.run.duration')).toEqual({
      'name=mail,run.result=success': 1,
      'name=mail,run.result=failure': 2,
    })
    const [duration] = await sdk.series('runwell.task.run.duration')
    expect(duration?.value).toMatchObject({
      sum: 0.02,
      buckets: {
        boundaries: [
          0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600,
        ],
      },
    })
    const [lag] = await sdk.series('runwell.task.schedule.lag')
    expect(lag?.attributes).toEqual({ 'runwell.task.name': 'mail' })
    expect(lag?.value).toMatchObject({
      count: 2,
      sum: 0.08,
      buckets: { boundaries: [0.001, 0.01, 0.1, 0.5, 1, 5, 30, 300, 3600] },
    })
  })

  it('of loops are those of their units', async () => {
    const supervisor = supervise()
    const loop = supervisor.register(new FakeTask('loop', { schedule: forEver }))
    supervisor.run(loop, { unit: 'message' }).end('succeeded')
    supervisor.run(loop, { unit: 'message' }).end('cancelled')
    supervisor.run(loop).end('failed', new Error('no'))

    expect(await sdk.points('runwell.task.unit.duration')).toEqual({ 'name=loop,unit.result=success': 1 })
    expect(await sdk.points('runwell.task.run.duration')).toEqual({})
  })
})

describe('the metrics of a supervisor', () => {
  it('say that it is up, live and ready, how many tasks it has, and how it stopped', async () => {
    const supervisor = supervise()
    supervisor.register(new FakeTask('mail'))
    supervisor.register(new FakeTask('feeds')).state = 'running'
    const tick = {
      type: 'monitor.ticked',
      startedAt: 0,
      tookMs: 3,
      changed: [],
      recoveries: [],
      live: true,
    } as const
    supervisor.emit({ ...tick, ready: true, health: 'degraded' })

    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 1 })
    expect(await sdk.points('runwell.supervisor.live')).toEqual({ '': 1 })
    expect(await sdk.points('runwell.supervisor.ready')).toEqual({ '': 1 })
    expect(await sdk.points('runwell.supervisor.health')).toEqual({ 'supervisor.health.state=degraded': 1 })
    expect(await sdk.points('runwell.supervisor.tasks')).toEqual({
      'category=sync,state=idle': 1,
      'category=sync,state=running': 1,
    })
    expect(await sdk.points('runwell.supervisor.monitor.duration')).toEqual({ '': 1 })
    expect(await sdk.points('runwell.build_info')).toEqual({
      [`build.version=0.1.0,build.node_version=${process.versions.node}`]: 1,
    })

    supervisor.emit({ type: 'shutdown.started' })
    expect(await sdk.points('runwell.supervisor.ready')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 1 })
    supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1200, abandoned: [{ task: 'mail' }] } })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.shutdown.abandoned')).toEqual({ '': 1 })
    const [stop] = await sdk.series('runwell.supervisor.shutdown.duration')
    expect(stop?.value).toMatchObject({ count: 1, sum: 1.2 })
  })

  it('and of its tasks bear its name, where it has one', async () => {
    supervise({}, 'mailer').register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'supervisor.name=mailer,name=mail': 1 })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ 'supervisor.name=mailer': 1 })
  })

  it('carry the instrumentation scope with its version and schema', async () => {
    supervise()

    expect(await sdk.scope()).toEqual({
      name: '@runwell/otel',
      version: '0.1.0',
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
    })
  })
})

describe('too many tasks', () => {
  it('are told once, with the cure, when the reader would fold their series', async () => {
    const told: string[] = []
    const supervisor = supervise({ cardinalityLimit: 10, warn: (sentence) => void told.push(sentence) })
    for (const name of ['a', 'b']) supervisor.register(new FakeTask(name))
    await sdk.collect()
    expect(told).toEqual([])
    supervisor.register(new FakeTask('c'))
    await sdk.collect()
    await sdk.collect()

    expect(told).toEqual([
      'Runwell: 3 tasks need 15 series of runwell.task.runs, and a metric reader keeps 10: the rest would fall into one ' +
        'series named otel.metric.overflow. Set `cardinalityLimits` of the reader higher, and tell otelObserver by ' +
        '`cardinalityLimit` that you did.',
    ])
  })

  it('have totals by category instead of series of their own, which never fall', async () => {
    const told: string[] = []
    const supervisor = supervise({ maxTasks: 2, warn: (sentence) => void told.push(sentence) })
    const tasks = ['a', 'b'].map((name) => supervisor.register(new FakeTask(name)))
    for (const task of tasks) task.count({ outcomes: { ...noMetrics.outcomes, failed: 2 } })
    await sdk.collect()
    supervisor.register(new FakeTask('c')).live = [{ startedAt: 1 }]

    const runs = await sdk.points('runwell.task.runs')
    expect(runs['category=sync,run.result=failure']).toBe(4)
    expect(await sdk.points('runwell.task.run.active')).toMatchObject({ 'category=sync': 1, 'name=a': 0 })
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=a': 0, 'name=b': 0 })
    expect(told).toEqual([
      'Runwell: 3 tasks are more than the 2 that have metrics of their own; from now on there are totals by category ' +
        'only. To have them all, pass `maxTasks` to otelObserver and raise the cardinality limit of your metric reader.',
    ])

    for (const task of tasks) supervisor.unregister(task)
    expect((await sdk.points('runwell.task.runs'))['category=sync,run.result=failure']).toBe(4)
    supervisor.run(supervisor.tasks.get('c') as FakeTask).end()
    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'category=sync,run.result=success': 1 })
  })
})

describe('the SDK', () => {
  it('may be registered late, or anew', async () => {
    unregisterAll()
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))
    supervisor.run(task).end()

    sdk = new MemorySdk().register()
    supervisor.run(task).end()
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'name=mail,run.result=success': 1 })
    expect(sdk.span('run mail').links).toHaveLength(1)

    unregisterAll()
    const anew = new MemorySdk().register()
    supervisor.run(task).end()
    expect(await anew.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
    expect(anew.spans.map((span) => span.name)).toContain('run mail')
  })

  it('may be missing', async () => {
    unregisterAll()
    const supervisor = supervise({ exportAtStart: true })
    const task = supervisor.register(new FakeTask('mail'))
    const loop = supervisor.register(new FakeTask('loop', { schedule: forEver }))

    const run = supervisor.run(task)
    run.end('failed', new Error('no'))
    supervisor.run(loop).end()
    supervisor.run(loop, { unit: 'message' }).end()
    await new Promise((resolve) => setImmediate(resolve))

    expect(run.annotations).toBeUndefined()
    expect(metrics.getMeterProvider()).not.toHaveProperty('forceFlush')
  })

  it('may be given, and then none is looked for', async () => {
    unregisterAll()
    const own = new MemorySdk()
    const supervisor = supervise({ tracerProvider: own.tracers, meterProvider: own.meters })
    supervisor.run(supervisor.register(new FakeTask('mail'))).end()

    expect(own.spans.map((span) => span.name)).toEqual(['supervisor default', 'run mail'])
    expect(await own.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })

  it('has the totals at 0 exported once when the first task is armed', async () => {
    new FakeSupervisor(otelObserver()).register(new FakeTask('mail'))
    await new Promise((resolve) => setImmediate(resolve))

    const exported = sdk.exported()
    expect(exported).toHaveLength(1)
    expect(exported[0]?.scopeMetrics[0]?.metrics.map((data) => data.descriptor.name)).toContain(
      'runwell.task.runs',
    )
  })

  it('gets cumulative values that two readers see alike', async () => {
    const { data } = await sdk.twoReaders((provider) => {
      const supervisor = supervise({ meterProvider: provider })
      const task = supervisor.register(new FakeTask('mail'))
      return () => {
        task.state = 'running'
      }
    })

    expect(data.map(({ aggregationTemporality }) => aggregationTemporality)).toEqual([
      AggregationTemporality.CUMULATIVE,
      AggregationTemporality.CUMULATIVE,
    ])
    expect(data.map(({ points }) => points)).toEqual([
      { 'name=mail,state=idle': 0, 'name=mail,state=running': 1 },
      { 'name=mail,state=idle': 0, 'name=mail,state=running': 1 },
    ])
  })
})
