import { trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { FakeSupervisor, FakeTask } from '../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../test/memory-sdk.ts'
import { apiTrap, registered } from './api-registry.ts'
import { otelObserver } from './otel-observer.ts'

const key = Symbol.for('opentelemetry.js.api.1')

/** What the first registration of this process has made. */
function registry(): { version?: string; trace?: unknown; metrics?: unknown } {
  if (registered().traces === false) new MemorySdk().register()
  return (globalThis as Record<symbol, object>)[key] ?? {}
}

afterEach(unregisterAll)

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
    const { version } = registry()
    Object.assign(registry(), { version: '1.4.0', trace: {}, metrics: {} })
    onTestFinished(() => void Object.assign(registry(), { version }))
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
