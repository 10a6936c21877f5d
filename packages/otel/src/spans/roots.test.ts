import type { Tracer, TracerProvider } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { MemorySdk } from '../../test/memory-sdk.ts'
import { otelObserver } from '../index.ts'

it('a run requests a root span even if no span is active, since some tracers continue a trace of their own', () => {
  const sdk = new MemorySdk()
  const asked: [string, boolean | undefined][] = []
  const tracerProvider: TracerProvider = {
    getTracer(...scope): Tracer {
      const tracer = sdk.tracers.getTracer(...scope)
      return {
        startSpan(name, options, context) {
          asked.push([name, options?.root])
          return tracer.startSpan(name, options, context)
        },
        startActiveSpan: () => expect.fail('not used'),
      }
    },
  }
  const observer = otelObserver({ tracerProvider, meterProvider: sdk.meters, exportAtStart: false })
  const supervisor = new FakeSupervisor(observer)

  supervisor.run(supervisor.register(new FakeTask('mail'))).end()

  expect(asked).toEqual([
    ['supervisor default', true],
    ['run mail', true],
  ])
})
