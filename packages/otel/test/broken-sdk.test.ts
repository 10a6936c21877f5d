import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { every, loop, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { MemorySdk } from './memory-sdk.ts'

describe('an SDK that throws when a span ends', () => {
  it('changes no outcome, and is reported as a fault of the observer', async () => {
    const clock = new VirtualClock()
    const broken: SpanProcessor = {
      onStart: () => {},
      onEnd: () => {
        throw new Error('the exporter is broken')
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    }
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [broken] })
    const recorder = recordEvents()
    const observers = [otelObserver({ tracerProvider, exportAtStart: false }), recorder]
    const supervisor = new Supervisor({ clock, observers })
    supervisor.register({ name: 'poll', schedule: every('10s', { immediate: true }), run: () => {} })
    supervisor.register({ name: 'loop', schedule: loop(), run: () => Promise.reject(new Error('closed')) })
    await supervisor.start()
    await clock.advance(100_000)

    const polls = recorder.of('run.ended').filter(({ task }) => task === 'poll')
    expect(polls.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 11 }, () => 'succeeded'))
    expect(recorder.of('observer.failed')[0]).toMatchObject({ error: { message: 'the exporter is broken' } })
  })
})

describe('span options that throw', () => {
  const throwing = (): never => {
    throw new Error('no')
  }
  const dropping: SpanProcessor = {
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  }

  it.each([
    ['a function of the user, at the start', { links: throwing }, dropping],
    ['the SDK, at the start', {}, { ...dropping, onStart: throwing }],
    ['the SDK, at the end', {}, { ...dropping, onEnd: throwing }],
  ] as const)('do not keep a run out of the metrics: %s', async (_who, options, processor) => {
    const sdk = new MemorySdk()
    const clock = new VirtualClock()
    const recorder = recordEvents()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [processor] })
    const observed = { ...options, tracerProvider, meterProvider: sdk.meters, exportAtStart: false }
    const supervisor = new Supervisor({ clock, observers: [otelObserver(observed), recorder] })
    const schedule = every('10s', { anchor: 'epoch' })
    supervisor.register({ name: 'mail', schedule, run: () => {} })
    await supervisor.start()
    await clock.advance(25_000)

    const runs = recorder.of('run.ended').length
    expect(runs).toBeGreaterThan(1)
    expect(await sdk.points('runwell.task.run.duration')).toEqual({ 'name=mail,run.result=success': runs })
    expect(await sdk.points('runwell.task.schedule.lag')).toEqual({ 'name=mail': runs })
    expect(recorder.of('observer.failed')).not.toEqual([])
  })
})

describe('an SDK that throws for metrics', () => {
  it('does not prevent the span of a run', async () => {
    const sdk = new MemorySdk()
    const clock = new VirtualClock()
    const meter = sdk.meters.getMeter('real')
    vi.spyOn(sdk.meters, 'getMeter').mockReturnValue(meter)
    vi.spyOn(meter, 'createHistogram').mockReturnValue({
      record: () => {
        throw new Error('no')
      },
    })
    const observed = { tracerProvider: sdk.tracers, meterProvider: sdk.meters, exportAtStart: false }
    const supervisor = new Supervisor({ clock, observers: [otelObserver(observed), recordEvents()] })
    supervisor.register({ name: 'mail', schedule: every('10s', { anchor: 'epoch' }), run: () => {} })
    await supervisor.start()
    await clock.advance(10_000)

    const runs = sdk.spans.filter(({ name }) => name === 'run mail')
    expect(runs.map(({ attributes }) => attributes['runwell.task.run.result'])).toEqual([
      'success',
      'success',
    ])
  })
})
