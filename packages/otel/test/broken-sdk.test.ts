import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { every, loop, Supervisor } from '@runwell/core'
import { recordEvents, VirtualClock } from '@runwell/core/testing'
import { describe, expect, it } from 'vitest'
import { otelObserver } from '../src/index.ts'

describe('an SDK that throws when a span ends', () => {
  it('changes no outcome, and is told as a fault of the observer', async () => {
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
