import { AsyncLocalStorage } from 'node:async_hooks'
import { context, trace } from '@opentelemetry/api'
import { cron, every, loop, manual, Supervisor } from '@runwell/core'
import { observerContract, recordEvents, VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver, runLogFields } from '../src/index.ts'
import { linksOf, MemorySdk, statusOf, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk
let clock: VirtualClock

beforeEach(() => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
})
afterEach(unregisterAll)

function supervise(): Supervisor {
  return new Supervisor({ clock, seed: 7, observers: [otelObserver({ exportAtStart: false })] })
}

async function stop(supervisor: Supervisor): Promise<void> {
  const stopping = supervisor.stop()
  await clock.advance(30_000)
  await stopping
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

function spansOf(name: string) {
  return sdk.spans.filter((span) => span.name === name)
}

describe('an observer of a real supervisor', () => {
  for (const { name, run } of observerContract(() => otelObserver({ exportAtStart: false }))) it(name, run)

  it('fulfils the contract without an SDK, too', async () => {
    unregisterAll()
    for (const { run } of observerContract(() => otelObserver())) await run()
  })
})

describe('a task that other code runs', () => {
  it('has spans, also without a callback, and the times at which it is expected', async () => {
    clock = new VirtualClock({ startAt: '2026-01-01T00:00:00Z' })
    const supervisor = supervise()
    const expects = cron('0 * * * *', { timeZone: 'UTC' })
    const task = supervisor.external({ name: 'backup', host: 'croner', expects })
    await supervisor.start()
    await clock.advance('1h')
    const run = task.begin()
    await clock.advance('1s')
    run.end(new Error('disk full'))
    task.run(() => trace.getTracer('app').startSpan('inside').end())
    await clock.advance('2h')
    const seconds = async (metric: string): Promise<number[]> =>
      Object.values(await sdk.points(`runwell.task.${metric}.timestamp`))

    expect(await seconds('success_due')).toEqual([Date.parse('2026-01-01T02:00:00Z') / 1_000])
    expect(await seconds('next_run')).toEqual([Date.parse('2026-01-01T04:00:00Z') / 1_000])
    await stop(supervisor)

    const [failed, second] = spansOf('run backup')
    expect(failed && statusOf(failed)).toBe('ERROR: disk full')
    expect(spansOf('inside')[0]?.parentSpanContext?.spanId).toBe(second?.spanContext().spanId)
  })
})

describe('runs of a real supervisor', () => {
  it('each have a trace, linked to the previous one, even if they are triggered inside a span', async () => {
    const supervisor = supervise()
    const request = trace.getTracer('app').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), async () => {
      const task = supervisor.register({
        name: 'mail',
        schedule: every('10s', { immediate: true }),
        run: async () => {
          await Promise.resolve()
          trace.getTracer('app').startSpan('fetch').end()
        },
      })
      await supervisor.start()
      await clock.advance(10_000)
      const triggered = task.trigger()
      await clock.advance(1)
      await triggered
    })
    request.end()
    await stop(supervisor)

    const runs = spansOf('run mail')
    expect(runs.map((span) => span.attributes['runwell.task.trigger'])).toEqual([
      'schedule',
      'schedule',
      'manual',
    ])
    const traces = [...runs, request].map((span) => span.spanContext().traceId)
    expect(new Set(traces).size).toBe(4)
    expect(runs.map((span) => span.parentSpanContext)).toEqual([undefined, undefined, undefined])
    expect(spansOf('fetch').map((span) => span.parentSpanContext?.spanId)).toEqual(
      runs.map((span) => span.spanContext().spanId),
    )
    expect(linksOf(runs[1] as never)['previous_run']?.spanId).toBe(runs[0]?.spanContext().spanId)
    expect(linksOf(runs[2] as never)['previous_run']?.spanId).toBe(runs[1]?.spanContext().spanId)
  })

  it('have the times that core measured, so that spans, history and metrics agree', async () => {
    const supervisor = supervise()
    const task = supervisor.register({ name: 'mail', run: ({ sleep }) => sleep(1_500.25) })
    await supervisor.start()
    await clock.advance(2_000)
    const triggered = task.trigger()
    await clock.advance(2_000)
    await triggered
    await stop(supervisor)

    const { startTime, endTime, duration } = sdk.span('run mail')
    expect(startTime).toEqual([Date.parse('2026-01-01T00:00:02Z') / 1_000, 0])
    expect(endTime).toEqual([Date.parse('2026-01-01T00:00:03Z') / 1_000, 500_250_000])
    expect(duration).toEqual([1, 500_250_000])
    expect(task.history()[0]?.durationMs).toBe(1_500.25)
  })

  it('end with their result: failure, timeout, cancellation, abandoned', async () => {
    const supervisor = supervise()
    const schedule = manual()
    const run = ({ sleep }: { sleep: (time: '1h') => Promise<void> }): Promise<void> => sleep('1h')
    supervisor.register({ name: 'throws', schedule, run: () => Promise.reject(new TypeError('no')) })
    supervisor.register({ name: 'slow', schedule, timeout: '1s', run })
    supervisor.register({ name: 'patient', schedule, run })
    supervisor.register({
      name: 'deaf',
      schedule,
      timeout: '1s',
      abortGrace: '1s',
      run: () => new Promise((resolve) => void clock.timer(() => resolve(0), 3_600_000)),
    })
    await supervisor.start()
    for (const task of supervisor.tasks()) void task.trigger()
    await clock.advance(10_000)
    await stop(supervisor)

    const facts = ['throws', 'slow', 'patient', 'deaf'].map((name) => {
      const span = sdk.span(`run ${name}`)
      const { attributes } = span
      return [
        name,
        attributes['runwell.task.run.result'],
        attributes['error.type'],
        statusOf(span).split(':')[0],
      ]
    })
    expect(facts).toEqual([
      ['throws', 'failure', 'TypeError', 'ERROR'],
      ['slow', 'timeout', 'RunTimedOutError', 'ERROR'],
      ['patient', 'cancellation', undefined, 'UNSET'],
      ['deaf', 'abandoned', expect.any(String), 'ERROR'],
    ])
    expect(sdk.span('run patient').attributes['runwell.task.run.abort_cause']).toBe('shutdown')
  })

  it('of a loop have start, end, restart and unit spans', async () => {
    const supervisor = supervise()
    supervisor.register({
      name: 'gateway',
      schedule: loop(),
      run: async ({ ready, unit, sleep }) => {
        ready()
        await unit('message', async () => {
          await Promise.resolve()
          trace.getTracer('app').startSpan('query').end()
        })
        await sleep('1s')
        throw new Error('connection lost')
      },
    })
    await supervisor.start()
    await clock.advanceUntil(() => spansOf('start gateway').length >= 2)
    await stop(supervisor)

    const start = spansOf('start gateway')[0]
    const unit = spansOf('unit gateway message')[0]
    expect(statusOf(spansOf('end gateway')[0] as never)).toBe('ERROR: connection lost')
    expect(spansOf('restart gateway')[0]?.attributes['runwell.task.restart.reason']).toBe('threw')
    expect(linksOf(unit as never)['generation']?.spanId).toBe(start?.spanContext().spanId)
    expect(spansOf('query')[0]?.parentSpanContext?.spanId).toBe(unit?.spanContext().spanId)
    expect(linksOf(spansOf('start gateway')[1] as never)['previous_run']?.spanId).toBe(
      start?.spanContext().spanId,
    )
    expect(await sdk.points('runwell.task.unit.duration')).toEqual({ 'name=gateway,unit.result=success': 2 })
  })

  it('have the same trace id on the span, log line, event and history', async () => {
    const recorder = recordEvents()
    const supervisor = new Supervisor({
      clock,
      observers: [otelObserver({ exportAtStart: false }), recorder],
    })
    let logged: unknown
    const task = supervisor.register({
      name: 'mail',
      schedule: manual(),
      run: async () => {
        await Promise.resolve()
        logged = runLogFields()
      },
    })
    await supervisor.start()
    const triggered = task.trigger()
    await clock.advance(1)
    await triggered
    await stop(supervisor)

    const { traceId, spanId } = sdk.span('run mail').spanContext()
    const ids = { trace_id: traceId, span_id: spanId, trace_flags: '01' }
    expect(logged).toEqual(ids)
    expect(runLogFields()).toEqual({})
    const ended = recorder.events.find((event) => event.type === 'run.ended')
    expect(ended?.annotations).toEqual(ids)
    expect(task.history()[0]?.annotations).toEqual(ids)
  })

  it('link to their caller if they were spawned or instrumented', async () => {
    const supervisor = supervise()
    const add = supervisor.instrument({ name: 'add' }, (a: number, b: number) => a + b)
    await supervisor.start()
    const request = trace.getTracer('app').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), async () => {
      expect(add(1, 2)).toBe(3)
      const handle = supervisor.spawn('mail.send', async () => 'sent')
      await clock.advance(1)
      expect(await handle.result()).toBe('sent')
    })
    request.end()
    await stop(supervisor)

    expect(linksOf(sdk.span('run add'))['trigger']?.spanId).toBe(request.spanContext().spanId)
    expect(linksOf(sdk.span('run mail.send'))['trigger']?.spanId).toBe(request.spanContext().spanId)
    expect(sdk.span('run add').attributes['runwell.task.trigger']).toBe('call')
    expect(sdk.span('run mail.send').attributes['runwell.task.trigger']).toBe('spawn')
  })

  it('are linked to the span that triggers, restarts or spawns them, and the span to them', async () => {
    const store = new AsyncLocalStorage<string>()
    const supervisor = supervise()
    const request = trace.getTracer('app').startSpan('request')
    const mail = supervisor.register({
      name: 'mail',
      run: async () => trace.getTracer('app').startSpan('send').end(),
    })
    const listen = supervisor.register({ name: 'listen', schedule: loop(), run: ({ sleep }) => sleep('1d') })
    const seen: unknown[] = []
    await supervisor.start()
    await clock.advance(1)
    await store.run('of the request', () =>
      context.with(trace.setSpan(context.active(), request), async () => {
        await mail.trigger()
        void listen.restart()
        await supervisor.spawn('import', async () => {
          await Promise.resolve()
          seen.push(store.getStore())
          trace.getTracer('app').startSpan('fetch').end()
        }).outcome
      }),
    )
    await clock.advance(1)
    request.end()
    await stop(supervisor)

    const { traceId, spanId } = request.spanContext()
    const runs = [sdk.span('run mail'), sdk.span('run import'), spansOf('start listen')[1]]
    for (const run of runs) {
      expect(run && linksOf(run)['trigger']?.spanId).toBe(spanId)
      expect(run?.parentSpanContext).toBeUndefined()
      expect(run?.spanContext().traceId).not.toBe(traceId)
    }
    expect(seen).toEqual(['of the request'])
    expect(sdk.span('fetch').parentSpanContext?.spanId).toBe(sdk.span('run import').spanContext().spanId)
    expect(sdk.span('send').parentSpanContext?.spanId).toBe(sdk.span('run mail').spanContext().spanId)
    expect(
      sdk
        .span('request')
        .links.map(({ context }) => context.spanId)
        .sort(byText),
    ).toEqual(runs.map((run) => run?.spanContext().spanId ?? '').sort(byText))
  })

  it('leave a span alone that has ended before its run begins', async () => {
    const supervisor = supervise()
    const request = trace.getTracer('app').startSpan('request')
    const mail = supervisor.register({ name: 'mail', overlap: 'queue', run: ({ sleep }) => sleep('1m') })
    await supervisor.start()
    void mail.trigger()
    const second = context.with(trace.setSpan(context.active(), request), () => mail.trigger())
    request.end()
    await clock.advance(120_000)
    await second
    await stop(supervisor)

    expect(linksOf(spansOf('run mail')[1] as never)['trigger']?.spanId).toBe(request.spanContext().spanId)
    expect(sdk.span('request').links).toEqual([])
  })

  it('do not affect the AsyncLocalStorage of the user', async () => {
    const store = new AsyncLocalStorage<string>()
    const supervisor = supervise()
    let inside: unknown = 'not called'
    await store.run('of the caller', async () => {
      const task = supervisor.register({
        name: 'mail',
        run: () => {
          inside = store.getStore()
        },
      })
      await supervisor.start()
      void task.trigger()
      await clock.advance(1)
    })
    await stop(supervisor)

    expect(inside).toBeUndefined()
  })
})

describe('metrics of a real supervisor', () => {
  it('equal its report, and include its shutdown', async () => {
    const supervisor = supervise()
    let runs = 0
    supervisor.register({
      name: 'poll',
      schedule: every('10s', { immediate: true }),
      run: () => {
        runs += 1
        if (runs % 3 === 0) throw new TypeError('no')
      },
    })
    await supervisor.start()
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 1 })
    await clock.advance(95_000)

    const points = await sdk.points('runwell.task.runs')
    expect(points).toMatchObject({ 'name=poll,run.result=success': 7, 'name=poll,run.result=failure': 3 })
    await sdk.collect()
    expect(await sdk.points('runwell.task.errors')).toEqual({ 'name=poll,error.type=TypeError': 3 })
    expect(await sdk.points('runwell.task.run.duration')).toEqual({
      'name=poll,run.result=success': 7,
      'name=poll,run.result=failure': 3,
    })
    expect(await sdk.points('runwell.task.schedule.lag')).toEqual({ 'name=poll': 10 })
    await stop(supervisor)
    expect(await sdk.points('runwell.supervisor.up')).toEqual({ '': 0 })
    expect(await sdk.points('runwell.task.status')).toMatchObject({ 'name=poll,state=stopped': 1 })
    expect(await sdk.points('runwell.supervisor.shutdown.duration')).toEqual({ '': 1 })
  })

  it('are these 13 series for an idle, healthy task', async () => {
    const supervisor = supervise()
    supervisor.register({ name: 'poll', schedule: every('10s', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance(305_000)
    await sdk.collect()

    const series = (await sdk.collect()).flatMap(({ descriptor, dataPoints }) =>
      dataPoints.filter(({ attributes }) => 'runwell.task.name' in attributes).map(() => descriptor.name),
    )

    expect(series.filter((name) => !/\.(duration|lag)$/.test(name))).toEqual([
      'runwell.task.runs',
      'runwell.task.runs',
      'runwell.task.runs',
      'runwell.task.runs',
      'runwell.task.runs',
      'runwell.task.last_success.timestamp',
      'runwell.task.success_due.timestamp',
      'runwell.task.next_run.timestamp',
      'runwell.task.schedule.interval',
      'runwell.task.status',
      'runwell.task.health',
      'runwell.task.registered',
      'runwell.task.info',
    ])
    await stop(supervisor)
  })
})
