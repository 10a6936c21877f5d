import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { otelObserver } from '../otel-observer.ts'

const startMs = Date.UTC(2026, 10, 24)

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

function supervise(options: OtelObserverOptions = {}): FakeSupervisor {
  return new FakeSupervisor(otelObserver({ exportAtStart: false, ...options }))
}

function tick(startedAt: number, more: Record<string, unknown> = {}): Parameters<FakeSupervisor['emit']>[0] {
  const nothing = { changed: [], recoveries: [], tasks: 3, health: 'degraded', live: true, ready: true }
  return { type: 'monitor.ticked', at: startedAt + 2, startedAt, tookMs: 2, ...nothing, ...more }
}

function monitorSpans(): number {
  return sdk.spans.filter((span) => span.name === 'monitor').length
}

describe('the span of a monitor tick', () => {
  it('has the true times of the tick, and a child for each recovery', () => {
    const supervisor = supervise()

    const recoveries = [
      { task: 'feeds', rule: 'hung', refused: undefined },
      { task: 'mail', rule: 'stale', refused: 'progress' },
    ]
    supervisor.emit(tick(startMs, { changed: ['feeds'], recoveries }))

    const monitor = sdk.span('monitor')
    expect(monitor.startTime).toEqual([startMs / 1000, 0])
    expect(monitor.endTime).toEqual([startMs / 1000, 2_000_000])
    expect(monitor.attributes).toEqual({
      'runwell.monitor.tasks': 3,
      'runwell.monitor.changed': ['feeds'],
      'runwell.monitor.recoveries': 2,
      'runwell.supervisor.health.state': 'degraded',
    })
    const children = [sdk.span('restart feeds'), sdk.span('restart mail')]
    expect(children.map((span) => span.parentSpanContext?.spanId)).toEqual([
      monitor.spanContext().spanId,
      monitor.spanContext().spanId,
    ])
    expect(children.map((span) => span.attributes)).toEqual([
      { 'runwell.task.name': 'feeds', 'runwell.task.rule': 'hung' },
      {
        'runwell.task.name': 'mail',
        'runwell.task.rule': 'stale',
        'runwell.task.restart.refused': 'progress',
      },
    ])
  })

  it('is created for a tick with changes, and otherwise once an hour', () => {
    const supervisor = supervise()

    supervisor.emit(tick(startMs))
    supervisor.emit(tick(startMs + 60_000))
    supervisor.emit(tick(startMs + 120_000, { changed: ['mail'] }))
    supervisor.emit(tick(startMs + 120_000 + 3_599_999))
    expect(monitorSpans()).toBe(2)
    supervisor.emit(tick(startMs + 120_000 + 3_600_000))

    expect(monitorSpans()).toBe(3)
  })

  it('is created for each tick, or for none, if configured', () => {
    const all = supervise({ monitorSpans: 'all' })
    all.emit(tick(startMs))
    all.emit(tick(startMs + 1))
    const none = supervise({ monitorSpans: false })
    none.emit(tick(startMs, { changed: ['mail'] }))

    expect(monitorSpans()).toBe(2)
  })
})

describe('the span of a restart', () => {
  it('lasts from the end of a generation to the start of the next one', () => {
    const supervisor = supervise()
    const gateway = supervisor.register(new FakeTask('gateway', { schedule: forEver }))
    supervisor.now = startMs
    const error = new TypeError('closed')
    supervisor.emit({
      type: 'restart.scheduled',
      task: 'gateway',
      cause: 'threw',
      delayMs: 1500,
      streak: 2,
      error,
    })
    supervisor.now = startMs + 1500
    supervisor.run(gateway, { trigger: 'restart' })

    const span = sdk.span('restart gateway')
    expect(span.startTime).toEqual([startMs / 1000, 0])
    expect(span.endTime).toEqual([startMs / 1000 + 1, 500_000_000])
    expect(span.attributes).toMatchObject({
      'runwell.task.name': 'gateway',
      'runwell.task.restart.reason': 'threw',
      'runwell.task.restart.delay': 1.5,
      'runwell.task.restart.streak': 2,
      'error.type': 'TypeError',
    })
  })

  it('is not created if the restart never happens', () => {
    const supervisor = supervise()
    const gateway = supervisor.register(new FakeTask('gateway', { schedule: forEver }))
    const scheduled = {
      type: 'restart.scheduled',
      task: 'gateway',
      cause: 'threw',
      delayMs: 1,
      streak: 0,
    } as const

    for (const type of ['task.paused', 'task.stopped', 'task.unregistered'] as const) {
      supervisor.emit(scheduled)
      supervisor.emit({ type, task: 'gateway' })
      supervisor.run(gateway)
    }

    expect(sdk.spans.map((span) => span.name)).not.toContain('restart gateway')
  })
})

describe('the span of a control', () => {
  it('says who did what to which task, why, and what came of it', () => {
    const supervisor = supervise({ consoleUrl: 'https://shop.example.com/ops/' })
    supervisor.register(new FakeTask('feeds'))

    supervisor.emit({
      type: 'control.performed',
      task: 'feeds',
      at: startMs,
      control: 'pause',
      by: 'ada',
      reason: 'migration',
      result: 'done',
      runId: undefined,
    })

    const span = sdk.span('control feeds')
    expect([span.startTime, span.endTime]).toEqual([
      [startMs / 1000, 0],
      [startMs / 1000, 0],
    ])
    expect(span.attributes).toMatchObject({
      'runwell.task.name': 'feeds',
      'runwell.control.name': 'pause',
      'runwell.control.by': 'ada',
      'runwell.control.reason': 'migration',
      'runwell.control.result': 'done',
      'url.full': 'https://shop.example.com/ops/#/task/feeds',
    })
    expect(span.attributes).not.toHaveProperty('runwell.task.run.id')
  })
})
