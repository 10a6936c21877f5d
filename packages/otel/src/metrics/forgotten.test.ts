import type { MeterProvider } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
  MeterProvider as SdkMeterProvider,
} from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeSupervisor, FakeTask, noMetrics } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../index.ts'
import { forgetSeries } from '../sdk/forget-series.ts'

let sdk: MemorySdk
let warnings: string[]

beforeEach(() => {
  sdk = new MemorySdk().register()
  warnings = []
})
afterEach(unregisterAll)

function supervise(name?: string, meterProvider?: MeterProvider): FakeSupervisor {
  const onWarning = (message: string) => void warnings.push(message)
  return new FakeSupervisor(otelObserver({ exportAtStart: false, onWarning, meterProvider }), name)
}

function stop(supervisor: FakeSupervisor): void {
  supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1, abandoned: [] } })
}

async function supervisors(): Promise<string[]> {
  const names = (await sdk.collect()).flatMap(({ dataPoints }) =>
    dataPoints.map(({ attributes }) => String(attributes['runwell.supervisor.name'])),
  )
  return [...new Set(names)]
}

describe('series of supervisors that have stopped', () => {
  it('are dropped, except those of the last ten, whose tasks are no longer read either', async () => {
    const all = Array.from({ length: 30 }, (_, life) => {
      const supervisor = supervise(`life-${life}`)
      const task = supervisor.register(new FakeTask('mail'))
      supervisor.run(task, { latenessMs: 3 }).end()
      return supervisor
    })
    const living = supervise('living')
    living.register(new FakeTask('mail'))
    for (const supervisor of all) {
      await sdk.collect()
      stop(supervisor)
    }
    await sdk.collect()

    const lastTen = Array.from({ length: 10 }, (_, index) => `life-${index + 20}`)
    expect(new Set(await supervisors())).toEqual(new Set([...lastTen, 'living']))
    const reads = vi.spyOn(all[0]?.tasks as Map<string, FakeTask>, 'values')
    await sdk.collect()
    expect(reads).not.toHaveBeenCalled()
  })

  it('are kept for five minutes, and dropped when every reader has exported them', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const supervisor = supervise('mails')
    supervisor.register(new FakeTask('mail'))
    await sdk.collect()
    stop(supervisor)

    vi.advanceTimersByTime(299_000)
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ 'supervisor.name=mails': 0 })
    vi.advanceTimersByTime(2_000)

    expect(await supervisors()).toEqual([])
  })

  it('are dropped when another one with its name starts, so that its tasks do not stay', async () => {
    const first = supervise()
    for (const task of ['mail', 'feed']) first.register(new FakeTask(task))
    await sdk.collect()
    stop(first)
    await sdk.collect()

    supervise().register(new FakeTask('mail'))

    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=mail': 1 })
  })
})

describe('series of unregistered tasks', () => {
  it('make room for new ones, so that 600 tasks that come and go never overflow', async () => {
    const supervisor = supervise()
    const tasks: FakeTask[] = []
    for (let index = 0; index < 600; index += 1) {
      const task = supervisor.register(new FakeTask(`task-${index}`))
      task.count({ outcomes: { ...noMetrics.outcomes, succeeded: 1 } })
      tasks.push(task)
      const [oldest] = tasks.length > 39 ? tasks.splice(0, 1) : []
      if (oldest !== undefined) supervisor.unregister(oldest)
      if (index % 40 === 0) await sdk.collect()
    }
    await sdk.collect()

    const runs = await sdk.series('runwell.task.runs')
    expect(runs.filter(({ attributes }) => 'otel.metric.overflow' in attributes)).toEqual([])
    const last = runs.filter(({ attributes }) => attributes['runwell.task.name'] === 'task-599')
    expect(last).toHaveLength(5)
    expect(last.filter(({ value }) => value === 1)).toHaveLength(1)
    // The series of unregistered tasks are dropped when all series use more than three quarters of the limit of
    // 2,000. Until the next collection, 40 more tasks with five series each may be registered.
    expect(runs.length).toBeLessThanOrEqual(1_500 + 40 * 5)
    expect(warnings).toEqual([])
  })

  it('stay while there is room, so that the counters of a name that is used again go on', async () => {
    const supervisor = supervise()
    for (let round = 1; round <= 3; round += 1) {
      const task = supervisor.register(new FakeTask('send'))
      supervisor.run(task).end()
      supervisor.unregister(task)
      await sdk.collect()
    }

    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'name=send,run.result=success': 3 })
  })

  it('cause a warning if they have come and gone between two collections', async () => {
    const supervisor = supervise()
    for (let index = 0; index < 400; index += 1)
      supervisor.unregister(supervisor.register(new FakeTask(`task-${index}`)))
    supervisor.register(new FakeTask('last'))
    await sdk.collect()

    expect(warnings.map((warning) => warning.slice(0, 93))).toEqual(
      [
        'Runwell: 1 tasks and 400 that were unregistered need 2005 series of runwell.task.runs, but a metric',
      ].map((warning) => warning.slice(0, 93)),
    )
  })

  it('cause a warning if the SDK is an unknown one, which may keep them all', async () => {
    const { meters } = sdk
    const supervisor = supervise(undefined, { getMeter: (...args) => meters.getMeter(...args) })
    for (let index = 0; index < 400; index += 1) {
      supervisor.unregister(supervisor.register(new FakeTask(`task-${index}`)))
      if (index % 50 === 0) await meters.forceFlush()
    }
    await meters.forceFlush()

    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('that were unregistered need')
  })
})

describe('a series that is to be dropped', () => {
  it('stays until each reader has exported its last value', async () => {
    const exporters = [1, 2].map(() => new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE))
    const readers = exporters.map(
      (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 }),
    )
    const provider = new SdkMeterProvider({ readers })
    supervise('mails', provider).register(new FakeTask('mail'))
    const isGone = () => true
    const lastExport = (index: number) =>
      exporters[index]
        ?.getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []

    await readers[0]?.forceFlush()
    expect(forgetSeries(provider, isGone)).toBe(true) // The second reader has not exported the series yet.
    await readers[1]?.forceFlush()
    expect(lastExport(1).map(({ descriptor }) => descriptor.name)).toContain('runwell.task.registered')
    expect(forgetSeries({}, isGone)).toBeUndefined()
  })
})
