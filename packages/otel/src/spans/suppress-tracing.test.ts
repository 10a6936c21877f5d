import { context, trace } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../otel-observer.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(() => {
  vi.restoreAllMocks()
  unregisterAll()
})

const succeeded = { runId: 'run-0', outcome: 'succeeded', annotations: undefined } as const
const fetches = (): void => trace.getTracer('app').startSpan('fetch').end()

describe('an untraced run', () => {
  it('has no span, ids or children, and does not affect other code', () => {
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const beat = supervisor.register(new FakeTask('beat', { trace: 'off' }))

    const run = supervisor.run(beat, {}, fetches)
    run.end()
    trace.getTracer('app').startSpan('elsewhere').end()

    expect(run.annotations).toBeUndefined()
    expect(sdk.spans.map((span) => span.name)).toEqual(['elsewhere'])
  })

  it('may be a loop and its units', () => {
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const loop = supervisor.register(new FakeTask('loop', { trace: 'off', schedule: forEver }))

    supervisor.run(loop).end()
    supervisor.run(loop, { unit: 'message' }, fetches).end()

    expect(sdk.spans).toEqual([])
  })

  it('may be selected by the untraced option', () => {
    const untraced = vi.fn((info: { name: string }) => info.name === 'beat')
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, untraced }))
    const beat = supervisor.register(new FakeTask('beat'))
    const mail = supervisor.register(new FakeTask('mail'))

    const run = supervisor.run(beat)
    run.end()
    supervisor.run(mail).end()

    expect(untraced).toHaveBeenCalledWith(beat.info, run.scope)
    expect(sdk.spans.map((span) => span.name)).toEqual(['supervisor default', 'run mail'])
  })

  it('is selected by the ratio of its task, unless it is always sampled', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, monitorSpans: false }))
    const rare = supervisor.register(new FakeTask('rare', { trace: { ratio: 0.5 } }))
    const often = supervisor.register(new FakeTask('often', { trace: { ratio: 0.51 } }))
    const traced = (scope: Parameters<FakeSupervisor['run']>[1], task = rare): boolean => {
      const before = sdk.spans.length
      supervisor.run(task, scope).end()
      return sdk.spans.length > before
    }

    expect(traced({ previous: succeeded }, often)).toBe(true)
    expect(traced({ previous: succeeded })).toBe(false)
    expect(traced({})).toBe(true)
    expect(traced({ previous: { ...succeeded, outcome: 'failed' } })).toBe(true)
    expect(traced({ previous: succeeded, trigger: 'manual' })).toBe(true)
    expect(traced({ previous: succeeded, trigger: 'restart' })).toBe(true)
    supervisor.emit({ type: 'health.changed', task: 'rare', to: 'unhealthy' })
    expect(traced({ previous: succeeded })).toBe(true)
    supervisor.emit({ type: 'health.changed', task: 'rare', to: 'healthy' })
    expect(traced({ previous: succeeded })).toBe(false)
  })

  it('may be a unit of a loop, whatever the trigger and the previous run of the loop are', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, monitorSpans: false }))
    const loop = supervisor.register(new FakeTask('loop', { trace: { ratio: 0.5 }, schedule: forEver }))
    const units = (scope: Parameters<FakeSupervisor['run']>[1]): number => {
      supervisor.run(loop, { unit: 'message', ...scope }).end()
      return sdk.spans.filter(({ name }) => name === 'unit loop message').length
    }

    expect(units({})).toBe(0)
    expect(units({ trigger: 'restart', previous: { ...succeeded, outcome: 'failed' } })).toBe(0)
    expect(units({ trigger: 'manual', attempt: 2 })).toBe(0)
    supervisor.emit({ type: 'health.changed', task: 'loop', to: 'degraded' })
    expect(units({})).toBe(1)
  })

  it('has no units with spans, even without a context manager, and a traced run has all of them', () => {
    unregisterAll()
    const options = { exportAtStart: false, tracerProvider: sdk.tracers }
    const supervisor = new FakeSupervisor(otelObserver(options))
    const mail = supervisor.register(new FakeTask('mail', { trace: { ratio: 0.5 } }))
    const runWithUnit = (random: number): void => {
      vi.spyOn(Math, 'random')
        .mockReturnValueOnce(random)
        .mockReturnValue(1 - random)
      const run = supervisor.run(mail, { previous: succeeded })
      supervisor.run(mail, { unit: 'page', previous: succeeded, parent: run.annotations }).end()
      run.end()
    }

    runWithUnit(0.9)
    expect(sdk.spans).toEqual([])
    runWithUnit(0.1)
    expect(sdk.spans.map(({ name }) => name)).toEqual(['supervisor default', 'unit mail page', 'run mail'])
  })

  it('uses the same context key as suppressTracing of OpenTelemetry', () => {
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const beat = supervisor.register(new FakeTask('beat', { trace: 'off' }))
    let inside = context.active()

    supervisor.run(beat, {}, () => {
      inside = context.active()
    })

    expect(isTracingSuppressed(inside)).toBe(true)
    expect(isTracingSuppressed(context.active())).toBe(false)
  })
})

describe('a run that the sampler drops', () => {
  it('still has ids for its log lines, and ends without warnings', () => {
    unregisterAll()
    sdk = new MemorySdk({ sampler: new AlwaysOffSampler() }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))

    const run = supervisor.run(supervisor.register(new FakeTask('mail')))
    run.end('failed', new Error('no'))

    expect(run.annotations).toMatchObject({ trace_flags: '00' })
    expect(sdk.spans).toEqual([])
  })
})
