import { context, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
import { linksOf, MemorySdk, statusOf, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../otel-observer.ts'

let sdk: MemorySdk
let supervisor: FakeSupervisor
let gateway: FakeTask

beforeEach(() => {
  sdk = new MemorySdk().register()
  supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
  gateway = supervisor.register(new FakeTask('gateway', { schedule: forEver }))
})
afterEach(unregisterAll)

function names(): string[] {
  return sdk.spans.map((span) => span.name).filter((name) => name !== 'supervisor default')
}

describe('the spans of a loop', () => {
  it('are a start span until it is ready, and an end span in a separate trace', () => {
    const run = supervisor.run(gateway, { trigger: 'startup', generation: 3 })
    expect(names()).toEqual([])
    run.emit('run.ready', { how: 'beat', afterMs: 12 })
    expect(names()).toEqual(['start gateway'])
    run.end('failed', new Error('socket closed'), { durationMs: 90_000 })

    const start = sdk.span('start gateway')
    const end = sdk.span('end gateway')
    expect(start.attributes).toMatchObject({
      'runwell.task.run.generation': 3,
      'runwell.task.run.ready_by': 'beat',
      'runwell.task.trigger': 'startup',
    })
    expect(statusOf(start)).toBe('UNSET')
    expect(end.attributes).toMatchObject({
      'runwell.task.name': 'gateway',
      'runwell.task.run.id': 'run-1',
      'runwell.task.run.result': 'failure',
      'runwell.task.run.duration': 90,
      'error.type': 'Error',
    })
    expect(statusOf(end)).toBe('ERROR: socket closed')
    expect(linksOf(end)).toEqual({ generation: start.spanContext() })
    expect(end.spanContext().traceId).not.toBe(start.spanContext().traceId)
  })

  it('have a duration in whole milliseconds', () => {
    supervisor.run(gateway).end('failed', new Error('no'), { durationMs: 77.77001953125 })

    expect(sdk.span('start gateway').attributes['runwell.task.run.duration']).toBe(0.078)
  })

  it('are one start span with the result if it fails before it is ready', () => {
    supervisor.run(gateway).end('failed', new Error('refused'))

    expect(names()).toEqual(['start gateway'])
    expect(statusOf(sdk.span('start gateway'))).toBe('ERROR: refused')
  })

  it('are never active, so that no trace lasts as long as the loop', () => {
    let inside: unknown = 'not called'
    supervisor.run(gateway, {}, () => {
      inside = trace.getSpan(context.active())
    })

    expect(inside).toBeUndefined()
  })

  it('end after a minute if the loop never reports that it is ready', () => {
    supervisor.run(gateway)

    supervisor.now += 59_999
    supervisor.emit(tick())
    expect(names()).not.toContain('start gateway')
    supervisor.now += 1
    supervisor.emit(tick())

    expect(sdk.span('start gateway').attributes).not.toHaveProperty('runwell.task.run.ready_by')
  })

  it('end when next() resolves, even without further events', async () => {
    const run = supervisor.run(gateway)

    run.settle('cancelled')
    await Promise.resolve()

    expect(sdk.span('start gateway').attributes['runwell.task.run.result']).toBe('cancellation')
  })
})

describe('the span of a unit', () => {
  it('is an active root span inside a loop, linked to the generation', async () => {
    const run = supervisor.run(gateway)
    const unit = supervisor.run(gateway, { unit: 'message', parent: run.annotations }, () => {
      trace.getTracer('app').startSpan('query').end()
    })
    unit.end('failed', new Error('bad message'))
    await Promise.resolve()
    run.emit('run.ready', { how: 'beat', afterMs: 1 })

    const span = sdk.span('unit gateway message')
    expect(span.parentSpanContext).toBeUndefined()
    expect(span.attributes).toMatchObject({
      'runwell.task.unit': 'message',
      'runwell.task.run.result': 'failure',
      'error.type': 'Error',
    })
    expect(linksOf(span)['generation']?.spanId).toBe(sdk.span('start gateway').spanContext().spanId)
    expect(sdk.span('query').parentSpanContext?.spanId).toBe(span.spanContext().spanId)
  })

  it('is a child of the run for other tasks, regardless of the active span', async () => {
    const task = supervisor.register(new FakeTask('import'))
    const run = supervisor.run(task)
    supervisor.run(task, { unit: 'row', parent: run.annotations }).end()
    await Promise.resolve()
    run.end()

    const parent = sdk.span('run import').spanContext()
    expect(sdk.span('unit import row').parentSpanContext).toMatchObject({ spanId: parent.spanId })
    expect(sdk.span('unit import row').spanContext().traceId).toBe(parent.traceId)
  })
})

function tick(): Parameters<FakeSupervisor['emit']>[0] {
  return {
    type: 'monitor.ticked',
    startedAt: 0,
    tookMs: 1,
    tasks: 1,
    changed: [],
    recoveries: [],
    health: 'healthy',
  }
}
