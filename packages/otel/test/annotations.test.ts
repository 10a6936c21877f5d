import { context, trace } from '@opentelemetry/api'
import { backoff, every, loop, manual, type Observer, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk
let clock: VirtualClock
let supervisor: Supervisor

function supervise(...others: readonly Observer[]): Supervisor {
  supervisor = new Supervisor({
    clock,
    seed: 7,
    observers: [otelObserver({ exportAtStart: false }), ...others],
  })
  return supervisor
}

beforeEach(() => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
})
afterEach(async () => {
  const stopping = supervisor.stop()
  await clock.advance('1m')
  await stopping
  unregisterAll()
})

const prefix = 'runwell.task.run.annotation.'

function annotationsOn(name: string): Record<string, unknown>[] {
  return sdk.spans
    .filter((span) => span.name === name)
    .map(({ attributes }) =>
      Object.fromEntries(
        Object.entries(attributes).flatMap(([key, value]) =>
          key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
        ),
      ),
    )
}

describe('annotate() puts texts on the span of a run', () => {
  it('before and after an await, and the last text of each key counts', async () => {
    supervise().register({
      name: 'mail',
      schedule: every('1m', { immediate: true }),
      run: async ({ annotate, sleep }) => {
        annotate({ tenant: 'a', step: 'read' })
        await sleep('1s')
        annotate({ step: 'send' })
      },
    })
    await supervisor.start()
    await clock.advance('2s')

    expect(annotationsOn('run mail')).toEqual([{ tenant: 'a', step: 'send' }])
  })

  it('also from inside a span of the user, whose attributes stay as they are', async () => {
    supervise().register({
      name: 'mail',
      schedule: every('1m', { immediate: true }),
      run: ({ annotate }) =>
        trace.getTracer('app').startActiveSpan('own', (own) => {
          annotate({ tenant: 'a' })
          own.end()
        }),
    })
    await supervisor.start()
    await clock.advance('1s')

    expect(annotationsOn('run mail')).toEqual([{ tenant: 'a' }])
    expect(sdk.span('own').attributes).toEqual({})
  })

  it.each([
    ['failed', () => Promise.reject(new Error('no'))],
    ['timed out and was abandoned', () => new Promise(() => {})],
  ])('of a run that %s', async (_how, work) => {
    supervise().register({
      name: 'mail',
      schedule: every('1h', { immediate: true }),
      timeout: '1s',
      abortGrace: '1s',
      run: async ({ annotate }) => {
        annotate({ tenant: 'a' })
        await work()
      },
    })
    await supervisor.start()
    await clock.advance('10s')

    expect(annotationsOn('run mail')).toEqual([{ tenant: 'a' }])
  })

  it('including the texts of all its attempts', async () => {
    supervise().register({
      name: 'mail',
      schedule: every('1h', { immediate: true }),
      retry: { times: 2, backoff: backoff.fixed('1s') },
      run: ({ annotate, attempt }) => {
        annotate({ [`attempt${attempt}`]: 'tried', last: String(attempt) })
        if (attempt < 3) throw new Error('no')
      },
    })
    await supervisor.start()
    await clock.advance('1m')

    expect(annotationsOn('run mail')).toEqual([
      { attempt1: 'tried', attempt2: 'tried', attempt3: 'tried', last: '3' },
    ])
  })

  it('also for a run that other code begins or calls, and for spawned and instrumented work', async () => {
    supervise()
    const task = supervisor.external({ name: 'job', host: 'my-queue' })
    await supervisor.start()
    const run = task.begin()
    await clock.advance('1s')
    run.context.annotate({ how: 'begun' })
    run.end()
    task.run(({ annotate }) => annotate({ how: 'called' }))
    supervisor.spawn('mail', async ({ annotate }) => annotate({ how: 'spawned' }))
    await clock.advance('1s')

    expect(annotationsOn('run job')).toEqual([{ how: 'begun' }, { how: 'called' }])
    expect(annotationsOn('run mail')).toEqual([{ how: 'spawned' }])
  })

  it('and does not mix up runs that overlap', async () => {
    const task = supervise().register({
      name: 'mail',
      schedule: manual(),
      overlap: { parallel: 2 },
      run: async ({ annotate, sleep, input }) => {
        await sleep('1s')
        annotate({ page: String(input) })
        await sleep('1s')
      },
    })
    await supervisor.start()
    void task.trigger(1)
    void task.trigger(2)
    await clock.advance('1m')

    expect(annotationsOn('run mail')).toEqual([{ page: '1' }, { page: '2' }])
  })

  it('never in place of our own attributes, and never the ids that the observer itself adds', async () => {
    supervise().register({
      name: 'mail',
      schedule: every('1m', { immediate: true }),
      run: ({ annotate }) => annotate({ 'runwell.task.name': 'x', 'error.type': 'x', trace_id: 'mine' }),
    })
    supervisor.register({ name: 'plain', schedule: every('1m', { immediate: true }), run: () => {} })
    await supervisor.start()
    await clock.advance('1s')

    expect(annotationsOn('run mail')).toEqual([
      { 'runwell.task.name': 'x', 'error.type': 'x', trace_id: 'mine' },
    ])
    const { attributes } = sdk.span('run mail')
    expect(attributes['runwell.task.name']).toBe('mail')
    expect(attributes['error.type']).toBeUndefined()
    expect(attributes['trace_id']).toBeUndefined()
    expect(annotationsOn('run plain')).toEqual([{}])
  })

  it('up to the 8 that a run may have, although the observer adds three itself', async () => {
    const eight = Object.fromEntries(Array.from('abcdefgh', (key) => [key, key]))
    const task = supervise().register({
      name: 'mail',
      schedule: every('1m', { immediate: true }),
      run: ({ annotate }) => annotate({ ...eight, ninth: 'left out' }),
    })
    await supervisor.start()
    await clock.advance('1s')

    expect(annotationsOn('run mail')).toEqual([eight])
    expect(task.history()[0]?.annotations).toEqual({
      ...eight,
      trace_id: expect.any(String),
      span_id: expect.any(String),
      trace_flags: '01',
    })
  })
})

describe('annotate() and units', () => {
  it('puts a text of a unit on the span of that unit, and the texts of the run on all spans', async () => {
    supervise().register({
      name: 'queue',
      schedule: loop(),
      run: async ({ annotate, each, sleep }) => {
        annotate({ queue: 'mails' })
        await each(
          ['m1', 'm2'],
          async (id) => {
            await sleep('1s')
            annotate({ message: id })
            await sleep('1s')
          },
          { unit: 'mail', concurrency: 2 },
        )
        await sleep('1d')
      },
    })
    await supervisor.start()
    await clock.advance('1m')

    expect(annotationsOn('unit queue mail')).toEqual([
      { queue: 'mails', message: 'm1' },
      { queue: 'mails', message: 'm2' },
    ])
  })

  it('puts the texts of units on the span of their run, too', async () => {
    supervise().register({
      name: 'pages',
      schedule: every('1h', { immediate: true }),
      run: ({ annotate, unit }) =>
        unit('page', async () => {
          await trace.getTracer('app').startActiveSpan('own', async (own) => {
            annotate({ page: '7' })
            own.end()
          })
        }),
    })
    await supervisor.start()
    await clock.advance('1s')

    expect(annotationsOn('unit pages page')).toEqual([{ page: '7' }])
    expect(annotationsOn('run pages')).toEqual([{ page: '7' }])
  })

  it('does not mix up a run and another one that it spawns inside a unit', async () => {
    supervise().register({
      name: 'outer',
      schedule: every('1h', { immediate: true }),
      run: ({ unit }) =>
        unit('item', async () => {
          await supervisor.spawn('inner', async ({ annotate }) => annotate({ who: 'inner' })).result()
        }),
    })
    await supervisor.start()
    await clock.advance('1s')

    expect(annotationsOn('run inner')).toEqual([{ who: 'inner' }])
    expect([...annotationsOn('unit outer item'), ...annotationsOn('run outer')]).toEqual([{}, {}])
  })

  it('puts the texts that a loop adds before it is ready on its start span, and later ones on its end span', async () => {
    supervise().register({
      name: 'queue',
      schedule: loop({ ready: true }),
      run: async ({ annotate, ready, sleep }) => {
        annotate({ broker: 'b1' })
        ready()
        await sleep('1s')
        annotate({ state: 'up' })
        throw new Error('lost')
      },
    })
    await supervisor.start()
    await clock.advance('1500ms')

    expect(annotationsOn('start queue')[0]).toEqual({ broker: 'b1' })
    expect(annotationsOn('end queue')[0]).toEqual({ broker: 'b1', state: 'up' })
  })
})

it('a run that is not traced, and one that continues after it was abandoned, put no texts on a span', async () => {
  let late = (): void => {}
  supervise().register({
    name: 'quiet',
    trace: 'off',
    schedule: every('1h', { immediate: true }),
    run: ({ annotate }) => annotate({ tenant: 'a' }),
  })
  supervisor.register({
    name: 'deaf',
    schedule: every('1h', { immediate: true }),
    timeout: '1s',
    abortGrace: '1s',
    run: ({ annotate }) => {
      late = () => annotate({ tenant: 'late' })
      return new Promise(() => {})
    },
  })
  await supervisor.start()
  await clock.advance('10s')
  late()

  expect(annotationsOn('run quiet')).toEqual([])
  expect(annotationsOn('run deaf')).toEqual([{}])
})

it('works without a context manager: texts of units are then on all spans of the run', async () => {
  context.disable()
  supervise().register({
    name: 'pages',
    schedule: every('1h', { immediate: true }),
    run: ({ annotate, unit }) => unit('page', async () => annotate({ page: '7' })),
  })
  await supervisor.start()
  await clock.advance('1s')

  expect([...annotationsOn('unit pages page'), ...annotationsOn('run pages')]).toEqual([
    { page: '7' },
    { page: '7' },
  ])
})
