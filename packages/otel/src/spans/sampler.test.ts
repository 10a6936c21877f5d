import {
  type Attributes,
  context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { AlwaysOffSampler, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask, forEver } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { otelObserver } from '../otel-observer.ts'
import { runwellSampler } from './sampler.ts'

afterEach(unregisterAll)

const succeeded = { runId: 'run-0', outcome: 'succeeded', annotations: undefined } as const

describe('runwellSampler', () => {
  it('keeps only the interesting runs with a ratio of 0', () => {
    const sdk = new MemorySdk({ sampler: runwellSampler({ ratio: 0 }) }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const task = supervisor.register(new FakeTask('mail'))
    const isKept = (scope: Parameters<FakeSupervisor['run']>[1]): boolean => {
      const before = sdk.spans.length
      supervisor.run(task, scope).end()
      return sdk.spans.length > before
    }

    expect(isKept({ previous: undefined })).toBe(true)
    expect(isKept({ previous: succeeded })).toBe(false)
    expect(isKept({ previous: { ...succeeded, outcome: 'timed-out' } })).toBe(true)
    expect(isKept({ previous: succeeded, trigger: 'manual' })).toBe(true)
    expect(isKept({ previous: succeeded, trigger: 'restart' })).toBe(true)
    expect(isKept({ previous: succeeded, trigger: 'spawn' })).toBe(false)
    supervisor.emit({ type: 'health.changed', task: 'mail', to: 'unhealthy' })
    expect(isKept({ previous: succeeded })).toBe(true)
  })

  it('keeps no unit of a healthy loop with a ratio of 0, and all units of a degraded one', () => {
    const sdk = new MemorySdk({ sampler: runwellSampler({ ratio: 0 }) }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const loop = supervisor.register(new FakeTask('mail', { schedule: forEver }))
    const isKept = (scope: Parameters<FakeSupervisor['run']>[1]): boolean => {
      supervisor.run(loop, { unit: 'message', ...scope }).end()
      return sdk.spans.some(({ name }) => name === 'unit mail message')
    }

    expect(isKept({})).toBe(false)
    expect(isKept({ trigger: 'restart', previous: { ...succeeded, outcome: 'failed' } })).toBe(false)
    supervisor.emit({ type: 'health.changed', task: 'mail', to: 'degraded' })
    expect(isKept({ previous: succeeded })).toBe(true)
  })

  it('keeps a run that takes over an attempt which was not sampled', () => {
    const sdk = new MemorySdk({ sampler: runwellSampler({ ratio: 0 }) }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const task = supervisor.register(new FakeTask('mail'))
    const annotations = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '00' }
    const attempt = { instanceId: 'other', runId: 'run-9', attempt: 1, startedAt: 1, endedAt: 2, annotations }

    supervisor.run(task, { previous: succeeded, attempt: 2, takesOver: attempt }).end()
    supervisor.run(task, { previous: succeeded, attempt: 2 }).end() // the earlier attempt is unknown

    expect(sdk.spans.map(({ name }) => name)).toEqual(['supervisor default', 'run mail', 'run mail'])
  })

  it('keeps spans inside a run together with the run', () => {
    const sdk = new MemorySdk({ sampler: runwellSampler({ ratio: 0 }) }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const task = supervisor.register(new FakeTask('mail'))
    const calls = (): void => trace.getTracer('app').startSpan('fetch').end()

    supervisor.run(task, { previous: succeeded }, calls).end()
    expect(sdk.spans.map((span) => span.name)).toEqual(['supervisor default'])
    supervisor.run(task, { previous: succeeded, trigger: 'manual' }, calls).end()

    expect(sdk.spans.map((span) => span.name)).toEqual(['supervisor default', 'fetch', 'run mail'])
  })

  it('keeps all runs of a task with its own ratio, which the observer applies and the span includes', () => {
    const sdk = new MemorySdk({ sampler: runwellSampler({ ratio: 0 }) }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const task = supervisor.register(new FakeTask('mail', { trace: { ratio: 1 } }))

    supervisor.run(task, { previous: succeeded }).end()

    expect(sdk.span('run mail').attributes['runwell.task.trace.ratio']).toBe(1)
  })

  it('keeps about its ratio of ordinary runs, by trace id', () => {
    const sampler = runwellSampler({ ratio: 0.25 })
    const decides = (traceId: string): number =>
      sampler.shouldSample(
        ROOT_CONTEXT,
        traceId,
        'run mail',
        SpanKind.INTERNAL,
        { 'runwell.task.run.id': 'r', 'runwell.task.run.previous_result': 'success' },
        [],
      ).decision

    expect(decides('ffffffffffffffffffff3fffffffffff')).toBe(0)
    expect(decides('fffffffffffffffffff3ffffffffffff')).toBe(2)
    expect(decides('fffffffffffffffffff4000000000000')).toBe(0)
  })

  it('passes other roots to the other sampler, and keeps them without one', () => {
    const start = (sampler: ReturnType<typeof runwellSampler>): number =>
      sampler.shouldSample(ROOT_CONTEXT, '0af7651916cd43dd8448eb211c80319c', 'GET /', SpanKind.SERVER, {}, [])
        .decision

    expect(start(runwellSampler({ ratio: 0 }))).toBe(2)
    expect(start(runwellSampler({ ratio: 0, others: new AlwaysOffSampler() }))).toBe(0)
  })

  it('follows a parent from another process', () => {
    const sampler = runwellSampler({ ratio: 1 })
    const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isRemote: true }
    const start = (traceFlags: TraceFlags): number => {
      const within = trace.setSpanContext(context.active(), { ...parent, traceFlags })
      return sampler.shouldSample(within, parent.traceId, 'GET /', SpanKind.SERVER, {}, []).decision
    }

    expect(start(TraceFlags.NONE)).toBe(0)
    expect(start(TraceFlags.SAMPLED)).toBe(2)
  })

  it.each([-0.1, 1.1, Number.NaN])('refuses a ratio of %s', (ratio) => {
    expect(() => runwellSampler({ ratio })).toThrow(
      `Expected \`ratio\` to be a number from 0 to 1, got ${ratio}`,
    )
  })
})

describe('any sampler', () => {
  const notTold = { decision: SamplingDecision.NOT_RECORD } as const
  const seenBy = (
    options: OtelObserverOptions,
    active = ROOT_CONTEXT,
  ): { attributes: Attributes; links: readonly Link[] } => {
    let seen: { attributes: Attributes; links: readonly Link[] } = { attributes: {}, links: [] }
    const sampler = {
      shouldSample(...[, , name, , attributes, links]: Parameters<Sampler['shouldSample']>) {
        if (name === 'run mail') seen = { attributes: { ...attributes }, links: [...links] }
        return notTold
      },
    }
    new MemorySdk({ sampler }).register()
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false, ...options }))
    const task = supervisor.register(new FakeTask('mail', { trace: { ratio: 1 } }))
    supervisor.emit({ type: 'health.changed', task: 'mail', to: 'degraded' })
    context.with(active, () => supervisor.run(task, { previous: succeeded, latenessMs: 250 }).end())
    return seen
  }

  it('receives the task of a run and all attributes for its decision', () => {
    expect(seenBy({}).attributes).toEqual({
      'runwell.task.name': 'mail',
      'runwell.task.trigger': 'schedule',
      'runwell.task.run.previous_result': 'success',
      'runwell.task.schedule.lag': 0.25,
      'runwell.task.health.state': 'degraded',
      'runwell.task.trace.ratio': 1,
    })
  })

  it('receives all attributes of a task if the user adds some, and the links to the caller and of the user', () => {
    const link: Link = { context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } }
    const caller = trace.wrapSpanContext({ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 })
    const options = { attributes: () => ({ team: 'feeds' }), links: () => [link] }
    const { attributes, links } = seenBy(options, trace.setSpan(ROOT_CONTEXT, caller))

    expect(attributes).toMatchObject({
      team: 'feeds',
      'runwell.task.owner': 'feeds',
      'runwell.task.category': 'sync',
      'runwell.task.priority': 'high',
      'runwell.task.schedule': 'every 1s',
    })
    expect(links.map(({ context: { spanId } }) => spanId)).toEqual(['d'.repeat(16), 'b'.repeat(16)])
  })
})
