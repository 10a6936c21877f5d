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

describe('the SDK', () => {
  it('may be registered late or again', async () => {
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

  it('may be passed as an option, and then the registered one is not used', async () => {
    unregisterAll()
    const own = new MemorySdk()
    const supervisor = supervise({ tracerProvider: own.tracers, meterProvider: own.meters })
    supervisor.run(supervisor.register(new FakeTask('mail'))).end()

    expect(own.spans.map((span) => span.name)).toEqual(['supervisor default', 'run mail'])
    expect(await own.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })

  it('exports the totals at 0 once when the first task starts', async () => {
    new FakeSupervisor(otelObserver()).register(new FakeTask('mail'))
    await new Promise((resolve) => setImmediate(resolve))

    const exported = sdk.exported()
    expect(exported).toHaveLength(1)
    expect(exported[0]?.scopeMetrics[0]?.metrics.map((data) => data.descriptor.name)).toContain(
      'runwell.task.runs',
    )
  })

  it('may use delta temporality, and then receives the increase since the last collection', async () => {
    unregisterAll()
    sdk = new MemorySdk({ temporality: AggregationTemporality.DELTA }).register()
    const task = supervise().register(new FakeTask('mail'))
    const failures = async () => (await sdk.points('runwell.task.runs'))['name=mail,run.result=failure']

    expect(await failures()).toBe(0)
    task.count({ outcomes: { ...noMetrics.outcomes, failed: 3 } })
    expect(await failures()).toBe(3)
    task.count({ outcomes: { ...noMetrics.outcomes, failed: 5 } })
    expect(await failures()).toBe(2)
  })

  it('receives the same cumulative values in two readers', async () => {
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
