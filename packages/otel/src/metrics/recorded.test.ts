import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
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

describe('durations and lags', () => {
  it('are recorded per run in seconds, with only the result as attribute', async () => {
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

  it.each([
    ['its task is untraced', { trace: 'off' }, {}],
    ['it is not picked', {}, { untraced: () => true }],
    ['there are no spans', {}, { spans: false }],
  ] as const)('are recorded for a run without a span, too, if %s', async (_why, info, options) => {
    const supervisor = supervise(options)
    supervisor.run(supervisor.register(new FakeTask('mail', info)), { latenessMs: 40 }).end('succeeded')

    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'name=mail,run.result=success': 1 })
    expect(await sdk.points('runwell.task.schedule.lag')).toEqual({ 'name=mail': 1 })
    expect(sdk.spans.map(({ name }) => name)).not.toContain('run mail')
  })

  it('are recorded per unit for loops', async () => {
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
  it('show that it is up, live and ready, how many tasks it has, and how it stopped', async () => {
    const supervisor = supervise()
    supervisor.register(new FakeTask('mail'))
    supervisor.register(new FakeTask('feeds')).state = 'running'
    const tick = { type: 'monitor.ticked', startedAt: 0, tookMs: 3, changed: [], recoveries: [] } as const
    supervisor.emit({ ...tick, live: true, ready: true, health: 'healthy' })
    supervisor.verdict.health = 'degraded'

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

    supervisor.verdict = { health: 'unhealthy', live: false, ready: false }
    expect(await sdk.points('runwell.supervisor.live')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.ready')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.health')).toEqual({
      'supervisor.health.state=degraded': 0,
      'supervisor.health.state=unhealthy': 1,
    })

    supervisor.verdict.ready = true
    supervisor.emit({ type: 'shutdown.started' })
    expect(await sdk.points('runwell.supervisor.ready')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 1 })
    supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1200, abandoned: [{ task: 'mail' }] } })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.supervisor.shutdown.abandoned')).toEqual({ '': 1 })
    const [stop] = await sdk.series('runwell.supervisor.shutdown.duration')
    expect(stop?.value).toMatchObject({ count: 1, sum: 1.2 })
  })

  it('and of its tasks include its name if it has one', async () => {
    supervise({}, 'mailer').register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'supervisor.name=mailer,name=mail': 1 })
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ 'supervisor.name=mailer': 1 })
  })

  it('have the instrumentation scope with version and schema', async () => {
    supervise()

    expect(await sdk.scope()).toEqual({
      name: '@runwell/otel',
      version: '0.1.0',
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
    })
  })
})
