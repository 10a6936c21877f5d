import { trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeSupervisor, FakeTask } from '../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../test/memory-sdk.ts'
import { apiTrap, registered } from './api-registry.ts'
import { otelObserver } from './otel-observer.ts'

const key = Symbol.for('opentelemetry.js.api.1')
const registry = globalThis as Record<symbol, unknown>

afterEach(() => {
  delete registry[key]
  unregisterAll()
})

describe('the registry of OpenTelemetry', () => {
  it('tells what is registered', () => {
    expect(registered()).toEqual({ traces: false, metrics: false })

    new MemorySdk().register()
    expect(registered()).toEqual({ traces: true, metrics: true })
    expect(apiTrap()).toBeUndefined()

    trace.disable()
    expect(registered()).toEqual({ traces: false, metrics: true })
  })

  it('is a trap when an older copy of the API has registered an SDK: then the observer says so, once', () => {
    const told: string[] = []
    registry[key] = { version: '1.4.0', trace: {}, metrics: {} }
    const supervisor = new FakeSupervisor(otelObserver({ warn: (sentence) => void told.push(sentence) }))

    supervisor.register(new FakeTask('mail'))
    supervisor.register(new FakeTask('feeds'))

    expect(told).toEqual([
      'Runwell: an OpenTelemetry SDK was registered by @opentelemetry/api 1.4.0, which is older than the copy that ' +
        '@runwell/otel uses, so no span and no metric reaches it. Install one version of @opentelemetry/api for all ' +
        '(npm ls @opentelemetry/api shows them).',
    ])
  })
})
