import { AsyncLocalStorage } from 'node:async_hooks'
import { context, trace } from '@opentelemetry/api'
import { manual, type RunContext, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'
import { MemorySdk, unregisterAll } from './memory-sdk.ts'

let sdk: MemorySdk
let clock: VirtualClock

beforeEach(() => {
  sdk = new MemorySdk().register()
  clock = new VirtualClock()
})
afterEach(unregisterAll)

type Task = ReturnType<Supervisor['register']>

const store = new AsyncLocalStorage<string>()

type Listen = (context: RunContext, rollBack: () => void) => unknown

async function aborted(
  listen: Listen,
  abort: (supervisor: Supervisor, task: Task) => unknown,
): Promise<(string | undefined)[]> {
  const stores: (string | undefined)[] = []
  const supervisor = new Supervisor({ clock, observers: [otelObserver({ exportAtStart: false })] })
  const task = supervisor.register({
    name: 'import',
    schedule: manual(),
    timeout: '1m',
    run: async (run) => {
      await store.run('of the run', async () => {
        await listen(run, () => {
          stores.push(store.getStore())
          trace.getTracer('app').startSpan('roll back').end()
        })
        await run.sleep('1h')
      })
    },
  })
  await supervisor.start()
  void task.trigger()
  await clock.advance(1)
  const caller = trace.getTracer('app').startSpan('caller')
  await context.with(trace.setSpan(context.active(), caller), () =>
    store.run('of the caller', async () => void abort(supervisor, task)),
  )
  await clock.advance(120_000)
  caller.end()
  const stopping = supervisor.stop()
  await clock.advance(30_000)
  await stopping
  return stores
}

const byListener: Listen = ({ signal }, rollBack) => signal.addEventListener('abort', rollBack)
const byProperty: Listen = ({ signal }, rollBack) => {
  signal.onabort = rollBack
}
const afterAwait: Listen = async ({ signal }, rollBack) => {
  await Promise.resolve()
  signal.addEventListener('abort', rollBack, { once: true })
}

describe('a span that an abort listener makes', () => {
  it.each([
    ['a timeout', byListener, () => {}],
    ['a stop', byListener, (supervisor: Supervisor) => supervisor.stop()],
    ['a stop, with onabort', byProperty, (supervisor: Supervisor) => supervisor.stop()],
    ['a stop, added after an await', afterAwait, (supervisor: Supervisor) => supervisor.stop()],
    ['a pause', byListener, (_: Supervisor, task: Task) => task.pause()],
    ['an unregistration', byListener, (_: Supervisor, task: Task) => task.unregister()],
  ] as const)('belongs to the run, whoever aborts it: %s', async (_what, listen, abort) => {
    const stores = await aborted(listen, abort)

    const run = sdk.span('run import')
    expect(sdk.span('roll back').parentSpanContext).toEqual(run.spanContext())
    expect(stores).toEqual(['of the run'])
  })

  it('belongs to the span in which the run has first read the signal', async () => {
    const inChild: Listen = ({ signal }, rollBack) =>
      trace.getTracer('app').startActiveSpan('transaction', (span) => {
        signal.addEventListener('abort', rollBack)
        span.end()
      })
    const readInChild: Listen = (run, rollBack) =>
      trace.getTracer('app').startActiveSpan('transaction', (span) => {
        run.signal.addEventListener('abort', rollBack)
        span.end()
      })

    for (const [listen, parent] of [
      [inChild, 'run import'],
      [readInChild, 'transaction'],
    ] as const) {
      sdk = new MemorySdk()
      unregisterAll()
      sdk.register()
      await aborted(listen, (supervisor) => supervisor.stop())

      expect(sdk.span('roll back').parentSpanContext).toEqual(sdk.span(parent).spanContext())
    }
  })
})
