import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { loop, manual, type RunContext, rules, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { type OtelObserverOptions, otelObserver } from '../index.ts'

let sdk: MemorySdk
let clock: VirtualClock
let records: InMemoryLogRecordExporter

beforeEach(() => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
  records = new InMemoryLogRecordExporter()
  registerLogs()
})
afterEach(() => {
  unregisterAll()
  logs.disable()
  vi.useRealTimers()
})

function registerLogs(): void {
  const processors = [new SimpleLogRecordProcessor({ exporter: records })]
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
}

function supervise(options: OtelObserverOptions = {}): Supervisor {
  const supervisor = new Supervisor({
    clock,
    seed: 7,
    monitor: '5s',
    observers: [otelObserver({ exportAtStart: false, ...options })],
  })
  onTestFinished(async () => {
    const stopped = supervisor.stop({ deadline: '1s' })
    await clock.advance('1m')
    await stopped
  })
  return supervisor
}

async function started(run: (context: RunContext) => unknown, options: OtelObserverOptions = {}) {
  const supervisor = supervise(options)
  const task = supervisor.register({ name: 'export', schedule: manual(), run })
  await supervisor.start()
  void task.trigger()
  return supervisor
}

function told(): (readonly [string | undefined, number])[] {
  const all = records.getFinishedLogRecords()
  const at = (hrTime: readonly [number, number]) => hrTime[0] + hrTime[1] / 1e9
  const first = all[0] === undefined ? 0 : at(all[0].hrTime)
  return all.map(({ eventName, hrTime }) => [eventName, Math.round((at(hrTime) - first) * 1e3) / 1e3])
}

describe('a long run', () => {
  it('has no record if it ends within 10 s', async () => {
    await started(({ sleep }) => sleep('9.9s'))
    await clock.advance('1m')

    expect(sdk.spans.map(({ name }) => name)).toContain('run export')
    expect(told()).toEqual([])
  })

  it('has a record of its start with the ids of its span, before that span ends', async () => {
    await started(({ sleep }) => sleep('2m'))
    await clock.advance('9s')
    expect(told()).toEqual([])
    await clock.advance('6s')

    const [record] = records.getFinishedLogRecords()
    expect(told()).toEqual([['run.started', 0]])
    expect(record?.body).toBe('export: run started')
    expect(record?.severityText).toBe('INFO')
    expect(record?.attributes).toMatchObject({
      'runwell.task.name': 'export',
      'runwell.task.owner': 'app',
      'runwell.task.priority': 'normal',
      'runwell.task.trigger': 'manual',
    })
    expect(sdk.spans.map(({ name }) => name)).not.toContain('run export')
    await clock.advance('2m')
    expect(record?.spanContext).toMatchObject({
      traceId: sdk.span('run export').spanContext().traceId,
      spanId: sdk.span('run export').spanContext().spanId,
      traceFlags: 1,
    })
    expect(record?.attributes['runwell.task.run.id']).toBe(
      sdk.span('run export').attributes['runwell.task.run.id'],
    )
  })

  it('reports its progress once a minute, with its last beat, and its end', async () => {
    await started(async ({ sleep, beat }) => {
      for (let page = 1; page <= 15; page += 1) {
        await sleep('10s')
        beat(`page ${page}`)
      }
    })
    await clock.advance('5m')

    expect(told()).toEqual([
      ['run.started', 0],
      ['run.progress', 70],
      ['run.progress', 130],
      ['run.ended', 150],
    ])
    const [, first, , last] = records.getFinishedLogRecords()
    expect(first?.body).toBe('export: run has been active for 70 s: page 7')
    expect(first?.attributes['runwell.task.run.duration']).toBe(70)
    expect(last?.body).toBe('export: run ended after 2.5 min: success')
    expect(last?.attributes).toMatchObject({
      'runwell.task.run.duration': 150,
      'runwell.task.run.result': 'success',
    })
  })

  it('reports its failure', async () => {
    await started(async ({ sleep }) => {
      await sleep('20s')
      throw new TypeError('disk full')
    })
    await clock.advance('1m')

    const last = records.getFinishedLogRecords().at(-1)
    expect(last?.eventName).toBe('run.ended')
    expect(last?.severityText).toBe('ERROR')
    expect(last?.attributes).toMatchObject({
      'runwell.task.run.result': 'failure',
      'error.type': 'TypeError',
    })
  })

  it('has a record of its end if the supervisor abandons it', async () => {
    const supervisor = await started(() => new Promise(() => {}))
    await clock.advance('20s')
    const stopped = supervisor.stop({ deadline: '2s' })
    await clock.advance('10s')
    await stopped

    expect(told().map(([name]) => name)).toEqual(['run.started', 'run.ended'])
    expect(records.getFinishedLogRecords().at(-1)?.attributes).toMatchObject({
      'runwell.task.run.result': 'abandoned',
      'runwell.task.run.abort_cause': 'shutdown',
    })
  })

  it('names the health rule that restarted a run', async () => {
    const supervisor = supervise()
    const run = ({ beat, sleep }: RunContext) => {
      beat()
      return sleep('1d')
    }
    const health = [rules.hung({ limit: '30s', restarts: true })]
    const task = supervisor.register({ name: 'export', schedule: manual(), health, run })
    await supervisor.start()
    void task.trigger()
    await clock.advance('40s')

    expect(records.getFinishedLogRecords().at(-1)?.attributes).toMatchObject({
      'runwell.task.run.abort_cause': 'restart',
      'runwell.task.rule': 'hung',
    })
  })

  it('has records without a span, too', async () => {
    await started(({ sleep }) => sleep('20s'), { untraced: () => true })
    await clock.advance('1m')

    expect(told().map(([name]) => name)).toEqual(['run.started', 'run.ended'])
    expect(records.getFinishedLogRecords()[0]?.spanContext).toBeUndefined()
  })

  it('has no records if it is a loop, because the start of a loop has its own short span', async () => {
    const supervisor = supervise()
    supervisor.register({ name: 'consume', schedule: loop(), run: ({ sleep }) => sleep('1h') })
    await supervisor.start()
    await clock.advance('5m')

    expect(told()).toEqual([])
  })

  it('has no records with longRuns: false', async () => {
    await started(({ sleep }) => sleep('20s'), { longRuns: false })
    await clock.advance('1m')

    expect(told()).toEqual([])
  })

  it('has a record of its start even if the logger provider is registered later', async () => {
    logs.disable()
    await started(({ sleep }) => sleep('60s'))
    await clock.advance('30s')
    registerLogs()
    await clock.advance('1m')

    expect(told()).toEqual([
      ['run.started', 0],
      ['run.ended', 60],
    ])
  })
})

describe('without a monitor tick', () => {
  function activeRun(options: OtelObserverOptions = {}) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const warnings: string[] = []
    const onWarning = (message: string) => void warnings.push(message)
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, onWarning, ...options }))
    const task = supervisor.register(new FakeTask('mail'))
    const run = supervisor.run(task)
    const age = (ageMs: number): void => {
      supervisor.now = run.scope.startedAt + ageMs
      const { runId, startedAt } = run.scope
      Object.assign(task, { live: [{ runId, startedAt, ageMs, annotations: run.annotations }] })
      vi.advanceTimersByTime(5_000)
    }
    return { supervisor, run, age, warnings }
  }

  it('a timer finds the long runs', () => {
    const { run, age } = activeRun()
    age(9_999)
    expect(told()).toEqual([])
    age(10_000)
    expect(told()).toEqual([['run.started', 0]])
    run.end('succeeded', undefined, { durationMs: 12_000 })
    expect(told()).toEqual([
      ['run.started', 0],
      ['run.ended', 12],
    ])
  })

  it('a run that has blocked the event loop has the records of its start and end at the same time', () => {
    const { run } = activeRun()
    run.end('succeeded', undefined, { durationMs: 25_000 })

    expect(told()).toEqual([
      ['run.started', 0],
      ['run.ended', 25],
    ])
    const { traceId } = sdk.span('run mail').spanContext()
    expect(records.getFinishedLogRecords().map(({ spanContext }) => spanContext?.traceId)).toEqual([
      traceId,
      traceId,
    ])
  })

  it('the timer starts with the supervisor, or when the observer is added to one that has started', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const supervisor = supervise()
    supervisor.register({ name: 'export', schedule: manual(), run: () => {} })
    expect(vi.getTimerCount()).toBe(0)
    await supervisor.start()
    expect(vi.getTimerCount()).toBe(1)
    supervisor.observe(otelObserver({ exportAtStart: false }))
    expect(vi.getTimerCount()).toBe(2)
  })

  it('no timer is left after the stop', () => {
    const { supervisor } = activeRun()
    expect(vi.getTimerCount()).toBe(1)
    supervisor.emit({ type: 'shutdown.ended', report: { tookMs: 1, abandoned: [] } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a logger that throws is reported once, and the span still ends', () => {
    logs.disable()
    logs.setGlobalLoggerProvider({
      getLogger: () => {
        throw new Error('no logger')
      },
    })
    const { run, age, warnings } = activeRun()
    age(10_000)
    age(80_000)
    run.end('succeeded', undefined, { durationMs: 90_000 })

    expect(warnings).toEqual([
      'Runwell: log records of long runs are lost, since the logger has thrown: Error: no logger',
    ])
    expect(sdk.span('run mail').ended).toBe(true)
  })
})
