import { context, SpanKind, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { linksOf, MemorySdk, statusOf, unregisterAll } from '../../test/memory-sdk.ts'
import type { OtelObserverOptions } from '../options/observer-options.ts'
import { otelObserver } from '../otel-observer.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

function supervise(options: OtelObserverOptions = {}): FakeSupervisor {
  return new FakeSupervisor(otelObserver({ exportAtStart: false, ...options }))
}

describe('the span of a run', () => {
  it('has the task, time and trigger at its start, and the result at its end', () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))

    const run = supervisor.run(task, { scheduledAt: Date.UTC(2026, 10, 24, 12), latenessMs: 250, attempt: 1 })
    run.end()

    const span = sdk.span('run mail')
    expect(span.kind).toBe(SpanKind.INTERNAL)
    expect(span.attributes).toEqual({
      'runwell.task.name': 'mail',
      'runwell.task.owner': 'feeds',
      'runwell.task.category': 'sync',
      'runwell.task.priority': 'high',
      'runwell.task.schedule': 'every 1s',
      'runwell.task.run.id': 'run-1',
      'runwell.task.trigger': 'schedule',
      'runwell.task.run.attempt': 1,
      'runwell.task.scheduled_time': '2026-11-24T12:00:00.000Z',
      'runwell.task.schedule.lag': 0.25,
      'runwell.task.run.result': 'success',
    })
    expect(statusOf(span)).toBe('UNSET')
  })

  it.each([
    ['failed', 'failure', 'TypeError', 'ERROR: no mail'],
    ['timed-out', 'timeout', 'TypeError', 'ERROR: no mail'],
    ['abandoned', 'abandoned', 'TypeError', 'ERROR: no mail'],
    ['cancelled', 'cancellation', undefined, 'UNSET'],
  ] as const)('says of a run that %s: %s', (outcome, result, errorType, status) => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')))

    run.end(outcome, new TypeError('no mail'))

    const span = sdk.span('run mail')
    expect(span.attributes['runwell.task.run.result']).toBe(result)
    expect(span.attributes['error.type']).toBe(errorType)
    expect(statusOf(span)).toBe(status)
    expect(span.events.map((event) => event.name)).toEqual(errorType === undefined ? [] : ['exception'])
  })

  it('has a lag in whole milliseconds, although clocks measure fractions', () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))

    for (const latenessMs of [0.00244140625, 1_234.56789, 3.5]) supervisor.run(task, { latenessMs }).end()

    const runs = sdk.spans.filter(({ name }) => name === 'run mail')
    expect(runs.map(({ attributes }) => attributes['runwell.task.schedule.lag'])).toEqual([0, 1.235, 0.004])
  })

  it('has the delay of a retry in whole milliseconds', () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')), { retries: 1 })
    run.emit('run.retried', { attempt: 1, delayMs: 812.3000001, error: new Error('no') })
    run.end()

    const [retry] = sdk.span('run mail').events
    expect(retry?.attributes?.['runwell.task.run.retry_delay']).toBe(0.812)
  })

  it('uses the result as error type if there is no error', () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')))

    run.end('abandoned')

    expect(sdk.span('run mail').attributes['error.type']).toBe('abandoned')
    expect(statusOf(sdk.span('run mail'))).toBe('ERROR: abandoned')
  })

  it('includes the health rule that restarted the run', () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')))

    run.end('cancelled', undefined, { abortedFor: 'restart', rule: 'hung' })

    expect(sdk.span('run mail').attributes).toMatchObject({
      'runwell.task.run.abort_cause': 'restart',
      'runwell.task.rule': 'hung',
    })
  })

  it('includes why the run was aborted and the number of its last attempt', () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')), { retries: 1 })

    run.emit('run.retried', { attempt: 1, delayMs: 500, error: new RangeError('too far') })
    run.end('cancelled', undefined, { abortedFor: 'shutdown', attempt: 2 })

    const span = sdk.span('run mail')
    expect(span.attributes['runwell.task.run.abort_cause']).toBe('shutdown')
    expect(span.attributes['runwell.task.run.attempt']).toBe(2)
    expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'retry',
        {
          'runwell.task.run.attempt': 1,
          'runwell.task.run.retry_delay': 0.5,
          'exception.type': 'RangeError',
          'exception.message': 'too far',
        },
      ],
    ])
  })

  it('is active during the run, so that spans inside the run are its children', async () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')), {}, async () => {
      await Promise.resolve()
      trace.getTracer('app').startSpan('fetch').end()
    })
    await Promise.resolve()
    await Promise.resolve()
    run.end()

    const span = sdk.span('run mail')
    expect(sdk.span('fetch').parentSpanContext?.spanId).toBe(span.spanContext().spanId)
    expect(trace.getSpan(context.active())).toBeUndefined()
  })

  it('is the root of a separate trace per run, even inside an active span', () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))
    const request = trace.getTracer('app').startSpan('request')

    context.with(trace.setSpan(context.active(), request), () => {
      supervisor.run(task, { trigger: 'call' }).end()
      supervisor.run(task, { trigger: 'call' }).end()
    })
    request.end()

    const spans = sdk.spans.filter((span) => span.name === 'run mail')
    expect(spans.map((span) => span.parentSpanContext)).toEqual([undefined, undefined])
    expect(new Set([...spans, request].map((span) => span.spanContext().traceId)).size).toBe(3)
    expect(linksOf(spans[0] as never)['trigger']).toEqual(request.spanContext())
    expect(sdk.span('request').links.map((link) => [link.attributes, link.context.spanId])).toEqual([
      [{ 'runwell.link.type': 'run' }, spans[0]?.spanContext().spanId],
      [{ 'runwell.link.type': 'run' }, spans[1]?.spanContext().spanId],
    ])
  })

  it('annotates the run with its ids, and links to the supervisor and the previous run', () => {
    const supervisor = supervise()
    const task = supervisor.register(new FakeTask('mail'))

    const first = supervisor.run(task)
    first.end('failed', new Error('no'))
    const previous = { runId: 'run-1', outcome: 'failed', annotations: first.annotations } as const
    supervisor.run(task, { previous }).end()

    const [one, two] = sdk.spans.filter((span) => span.name === 'run mail')
    expect(first.annotations).toEqual({
      trace_id: one?.spanContext().traceId,
      span_id: one?.spanContext().spanId,
      trace_flags: '01',
    })
    expect(linksOf(two as never)).toEqual({
      supervisor: sdk.span('supervisor default').spanContext(),
      previous_run: { ...one?.spanContext(), traceState: undefined },
    })
    expect(two?.attributes['runwell.task.run.previous_result']).toBe('failure')
  })

  it('uses kind, attributes and links from the options', () => {
    const asked: string[] = []
    const far = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    const supervisor = supervise({
      spanKind: SpanKind.CONSUMER,
      attributes: (info) => {
        asked.push(info.name)
        return { tenant: 'acme', 'runwell.task.name': 'never wins' }
      },
      links: () => [{ context: far }],
    })
    const task = supervisor.register(new FakeTask('mail'))

    supervisor.run(task).end()
    supervisor.run(task).end()

    const span = sdk.spans.findLast((each) => each.name === 'run mail')
    expect(span?.kind).toBe(SpanKind.CONSUMER)
    expect(span?.attributes).toMatchObject({ tenant: 'acme', 'runwell.task.name': 'mail' })
    expect(span?.links.map((link) => link.context)).toContainEqual(far)
    expect(asked).toEqual(['mail'])
  })

  it('ends when next() resolves, even without further events', async () => {
    const supervisor = supervise()
    const run = supervisor.run(supervisor.register(new FakeTask('mail')))

    run.settle('failed', new Error('no'))
    await Promise.resolve()

    expect(statusOf(sdk.span('run mail'))).toBe('ERROR: no')
  })

  it('has the name of its supervisor if there is one, and the health of its task once it is known', () => {
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }), 'mailer')
    const task = supervisor.register(new FakeTask('mail'))

    supervisor.emit({ type: 'health.changed', task: 'mail', to: 'degraded' })
    supervisor.run(task).end()

    expect(sdk.span('run mail').attributes).toMatchObject({
      'runwell.supervisor.name': 'mailer',
      'runwell.task.health.state': 'degraded',
    })
    expect(sdk.span('supervisor mailer').attributes).toEqual({
      'runwell.supervisor.name': 'mailer',
      'runwell.supervisor.instance.id': 'instance-1',
    })
  })

  it('has the instrumentation scope with version and schema', () => {
    const supervisor = supervise()
    supervisor.run(supervisor.register(new FakeTask('mail'))).end()

    expect(sdk.span('run mail').instrumentationScope).toEqual({
      name: '@runwell/otel',
      version: '0.1.0',
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
    })
  })
})
