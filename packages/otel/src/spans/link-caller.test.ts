import { context, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { linksOf, MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../otel-observer.ts'
import { linkCaller } from './link-caller.ts'

let sdk: MemorySdk

beforeEach(() => {
  sdk = new MemorySdk().register()
})
afterEach(unregisterAll)

describe('linkCaller', () => {
  it('links the run to its caller, and the caller to the run', () => {
    const supervisor = new FakeSupervisor(otelObserver({ exportAtStart: false }))
    const task = supervisor.register(new FakeTask('mail'))
    const request = trace.getTracer('app').startSpan('request')
    const send = context.with(trace.setSpan(context.active(), request), () =>
      linkCaller((to: string) => to.length),
    )

    let sent = 0
    supervisor
      .run(task, { trigger: 'spawn' }, () => {
        sent = send('abc')
      })
      .end()
    request.end()

    expect(sent).toBe(3)
    expect(linksOf(sdk.span('run mail'))['trigger']).toEqual(request.spanContext())
    expect(linksOf(sdk.span('request'))['run']).toEqual(sdk.span('run mail').spanContext())
  })

  it('returns the same function if no span is active', () => {
    const send = (): number => 1

    expect(linkCaller(send)).toBe(send)
  })
})
