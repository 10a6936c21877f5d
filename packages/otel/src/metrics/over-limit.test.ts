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

describe('too many tasks', () => {
  it('cause one warning with the fix if the reader would merge their series', async () => {
    const warnings: string[] = []
    const supervisor = supervise({
      cardinalityLimit: 11,
      onWarning: (message) => void warnings.push(message),
    })
    for (const name of ['a', 'b']) supervisor.register(new FakeTask(name))
    await sdk.collect()
    expect(warnings).toEqual([])
    supervisor.register(new FakeTask('c'))
    await sdk.collect()
    await sdk.collect()

    expect(warnings).toEqual([
      'Runwell: 3 tasks need 15 series of runwell.task.runs, but a metric reader with a cardinality limit of 11 keeps 10 ' +
        'and merges the rest into otel.metric.overflow. Raise `cardinalityLimits` of the reader, and set ' +
        '`cardinalityLimit` of otelObserver to the same value.',
    ])
  })

  it('have totals by category instead of series per task, which never fall', async () => {
    const warnings: string[] = []
    const supervisor = supervise({ maxTasks: 2, onWarning: (message) => void warnings.push(message) })
    const tasks = ['a', 'b'].map((name) => supervisor.register(new FakeTask(name)))
    for (const task of tasks) task.count({ outcomes: { ...noMetrics.outcomes, failed: 2 } })
    await sdk.collect()
    supervisor.register(new FakeTask('c')).live = [{ startedAt: 1 }]

    expect((await sdk.points('runwell.task.runs'))['category=sync,run.result=failure']).toBe(0)
    expect((await sdk.points('runwell.task.runs'))['category=sync,run.result=failure']).toBe(4)
    expect(await sdk.points('runwell.task.run.active')).toEqual({ 'category=sync': 1 })
    expect(await sdk.points('runwell.task.registered')).toEqual({ 'name=a': 0, 'name=b': 0 })
    expect(warnings).toEqual([
      'Runwell: 3 tasks exceed the limit of 2 for metrics per task, so metrics have only totals by category from now on. ' +
        'To keep metrics per task, raise `maxTasks` of otelObserver and the cardinality limit of your metric reader.',
    ])

    for (const task of tasks) supervisor.unregister(task)
    expect((await sdk.points('runwell.task.runs'))['category=sync,run.result=failure']).toBe(4)
    supervisor.run(supervisor.tasks.get('c') as FakeTask).end()
    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'category=sync,run.result=success': 1 })
  })
})

describe('totals by category', () => {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  const registerUpTo = (supervisor: FakeSupervisor, count: number) => {
    for (let index = supervisor.tasks.size; index < count; index += 1) {
      const task = supervisor.register(new FakeTask(`task-${index}`))
      task.count({ outcomes: { ...noMetrics.outcomes, failed: 1 } })
    }
  }
  const failures = async () => (await sdk.points('runwell.task.runs'))['category=sync,run.result=failure']

  it('exist if there are too many tasks from the start, and the reader has room for none of their series', async () => {
    const supervisor = supervise({ onWarning })
    registerUpTo(supervisor, 2_001)
    await sdk.collect()

    expect(await failures()).toBe(2_001)
    const runs = await sdk.series('runwell.task.runs')
    expect(runs.filter(({ attributes }) => 'otel.metric.overflow' in attributes)).toEqual([])
    expect(runs).toHaveLength(5)
  })

  it('exist if the reader was full before there were too many tasks', async () => {
    const supervisor = supervise({ maxTasks: 700, onWarning })
    registerUpTo(supervisor, 650)
    await sdk.collect()
    registerUpTo(supervisor, 701)
    await sdk.collect()

    expect(await failures()).toBe(701)
  })
})

describe('many tasks', () => {
  it('are all read in turns, and one that is unregistered in between is emitted by the next collection', async () => {
    const supervisor = supervise()
    const tasks = Array.from({ length: 250 }, (_, index) =>
      supervisor.register(new FakeTask(`task-${index}`)),
    )
    const [last] = tasks.slice(-1)
    await sdk.collect()

    const collecting = sdk.points('runwell.task.registered')
    setImmediate(() => last && supervisor.unregister(last))
    const registered = await collecting

    expect(Object.keys(registered)).toHaveLength(250)
    expect((await sdk.points('runwell.task.registered'))['name=task-249']).toBe(0)
  })

  it('do not block the event loop while they are read', async () => {
    const supervisor = supervise({ cardinalityLimit: 12_000 })
    for (let index = 0; index < 1_000; index += 1) supervisor.register(new FakeTask(`task-${index}`))
    const collecting = sdk.collect()
    let isCollecting = true
    void collecting.then(() => {
      isCollecting = false
    })
    let turns = 0
    while (isCollecting) {
      await new Promise((resolve) => setImmediate(resolve))
      turns += 1
    }

    expect(turns).toBeGreaterThanOrEqual(9)
  })
})
