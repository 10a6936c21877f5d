import { AsyncLocalStorage } from 'node:async_hooks'
import { every, type RunContext, Supervisor } from '@runwell/core'
import { MemoryFleet, VirtualClock } from '@runwell/core/testing'
import * as Sentry from '@sentry/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SentryObserverOptions, sentryObserver } from '../src/index.ts'
import { orderedTransport } from './ordered-transport.ts'
import { Receiver } from './receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.open()
  Sentry.init({
    dsn: receiver.dsn,
    tracesSampleRate: 1,
    traceLifecycle: 'static',
    transportOptions: orderedTransport(),
  })
})
beforeEach(() => receiver.clear())
afterAll(async () => {
  await Sentry.close(1_000)
  await receiver.close()
})

async function inRequest(options: SentryObserverOptions) {
  const store = new AsyncLocalStorage<string>()
  const supervisor = new Supervisor({ observers: [sentryObserver(Sentry, options)] })
  const seen: unknown[] = []
  const fail = async (run: Pick<RunContext, 'annotate'>): Promise<void> => {
    seen.push(store.getStore())
    Sentry.setTag('of', 'the run')
    await Promise.resolve()
    run.annotate({ step: 'send' })
    throw new Error('no mail')
  }
  const mail = supervisor.register({ name: 'mail', run: fail })
  await supervisor.start()
  let request: { traceId: string; spanId: string } | undefined
  await Sentry.withIsolationScope(async (scope) => {
    scope.setTag('tenant', 'acme')
    await store.run('the request', () =>
      Sentry.startSpan({ name: 'GET /', op: 'http.server' }, async (span) => {
        request = span.spanContext()
        await supervisor.spawn('import', fail).outcome
        await mail.trigger()
      }),
    )
    expect(scope.getScopeData().tags).toEqual({ tenant: 'acme' })
  })
  await supervisor.stop()
  await Sentry.flush(2_000)
  const transactions = receiver.payloads('transaction')
  const events = receiver.payloads('event').filter(({ exception }) => exception !== undefined)
  return {
    seen,
    request,
    transaction: (name: string) => transactions.find(({ transaction }) => transaction === name),
    event: (task: string) => events.find(({ tags }) => tags['runwell.task'] === task),
  }
}

describe('a run that a request spawns or triggers', () => {
  it('has its annotations on its span', async () => {
    const { transaction } = await inRequest({})

    for (const task of ['import', 'mail'])
      expect(transaction(`run ${task}`)?.contexts.trace.data).toMatchObject({
        'runwell.task.run.annotation.step': 'send',
      })
  })

  it('has a trace of its own, which is linked to the span of the request', async () => {
    const { request, seen, transaction, event } = await inRequest({})

    expect(seen).toEqual(['the request', undefined])
    for (const task of ['import', 'mail']) {
      const { trace } = transaction(`run ${task}`)?.contexts ?? {}
      expect(trace?.trace_id).toMatch(/^[0-9a-f]{32}$/)
      expect(trace?.trace_id).not.toBe(request?.traceId)
      expect(trace?.parent_span_id).toBeUndefined()
      expect(trace?.links).toMatchObject([
        {
          trace_id: request?.traceId,
          span_id: request?.spanId,
          attributes: { 'runwell.link.type': 'trigger' },
        },
      ])
      expect(event(task)?.contexts.trace.trace_id).toBe(trace?.trace_id)
    }
  })

  it('has the scope of the request only if it was spawned', async () => {
    const { event } = await inRequest({})

    expect(event('import')?.tags).toMatchObject({ tenant: 'acme', of: 'the run' })
    expect(event('mail')?.tags).toMatchObject({ of: 'the run' })
    expect(event('mail')?.tags).not.toHaveProperty('tenant')
  })

  it('has a trace of its own without a span, too', async () => {
    const { request, event } = await inRequest({ spans: false })

    expect(request?.traceId).toMatch(/^[0-9a-f]{32}$/)
    for (const task of ['import', 'mail']) {
      expect(event(task)?.contexts.trace.trace_id).toMatch(/^[0-9a-f]{32}$/)
      expect(event(task)?.contexts.trace.trace_id).not.toBe(request?.traceId)
    }
  })
})

describe('a task with a ratio', () => {
  it('has spans for a unit only if the ratio selected its run', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const observers = [sentryObserver(Sentry, { spans: true })]
    const supervisor = new Supervisor({ observers, seed: 1, env: {} })
    const task = supervisor.register({
      name: 'pages',
      trace: { ratio: 0.5 },
      run: async ({ unit }) => {
        random.mockReturnValue(0.1)
        await unit('page', () => {})
      },
    })
    await supervisor.start()
    await task.trigger()
    await Sentry.flush(2_000)
    const transactions = () => receiver.payloads('transaction').map(({ transaction }) => transaction)
    const names = () => transactions().filter((name) => name.includes('pages'))
    expect(names()).toEqual([])
    await task.trigger()
    random.mockRestore()
    await supervisor.stop()
    await Sentry.flush(2_000)
    expect(new Set(names())).toEqual(new Set(['run pages', 'unit pages page']))
  })
})

describe('a run that a process takes over from one that was killed', () => {
  it('has a span that is linked to the lost one, and sends no event for the loss', async () => {
    const clock = new VirtualClock()
    const fleet = new MemoryFleet({ lease: '5s' })
    await clock.advance('30m')
    const start = async (run: (context: RunContext) => unknown) => {
      const member = fleet.member()
      const observers = [sentryObserver(Sentry, {})]
      const supervisor = new Supervisor({ clock, fleet: member, observers, env: {} })
      const task = supervisor.register({ name: 'nightly', scope: 'service', schedule: every('1h'), run })
      await supervisor.start()
      return { member, task }
    }
    const lost = await start(({ sleep }) => sleep('1d'))
    await clock.advance('31m')
    const [attempt] = lost.task.active()
    const next = await start(() => {})
    fleet.kill(lost.member)
    await clock.advance('10s')
    expect(next.task.history()).toMatchObject([{ attempt: 2 }, { attempt: 1 }])
    await Sentry.flush(2_000)

    const transaction = receiver.payloads('transaction').find((one) => one.transaction === 'run nightly')
    expect(transaction?.contexts.trace.links).toMatchObject([
      {
        trace_id: attempt?.annotations?.['trace_id'],
        span_id: attempt?.annotations?.['span_id'],
        attributes: { 'runwell.link.type': 'earlier_attempt' },
      },
    ])
    expect(receiver.payloads('event')).toEqual([])
  })
})
