import { context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { FakeSupervisor, FakeTask } from '../../test/fake-supervisor.ts'
import { MemorySdk, unregisterAll } from '../../test/memory-sdk.ts'
import { otelObserver } from '../otel-observer.ts'
import { activeContext, detectDuplicateApi, inContext, registered } from './api-registry.ts'

const key = Symbol.for('opentelemetry.js.api.1')

afterEach(unregisterAll)

describe('the registry of OpenTelemetry', () => {
  it('returns which providers are registered', () => {
    expect(registered()).toEqual({ traces: false, metrics: false })

    new MemorySdk().register()
    expect(registered()).toEqual({ traces: true, metrics: true })
    expect(detectDuplicateApi()).toBeUndefined()

    trace.disable()
    expect(registered()).toEqual({ traces: false, metrics: true })
  })

  it('causes one warning if an older copy of the API has registered an SDK', () => {
    const warnings: string[] = []
    new MemorySdk().register()
    const registry = (globalThis as Record<symbol, { version?: string }>)[key] ?? {}
    const { version } = registry
    Object.assign(registry, { version: '1.4.0', trace: {}, metrics: {} })
    onTestFinished(() => void Object.assign(registry, { version }))
    const supervisor = new FakeSupervisor(
      otelObserver({ onWarning: (message) => void warnings.push(message) }),
    )

    supervisor.register(new FakeTask('mail'))
    supervisor.register(new FakeTask('feeds'))

    expect(warnings).toEqual([
      'Runwell: an OpenTelemetry SDK was registered by @opentelemetry/api 1.4.0, which is older than the copy that ' +
        '@runwell/otel uses, so it receives no spans and no metrics. Install a single version of @opentelemetry/api ' +
        '(npm ls @opentelemetry/api shows all copies).',
    ])
  })

  it('uses the registered context manager, or else the root context', () => {
    const mark = createContextKey('mark')
    const marked = ROOT_CONTEXT.setValue(mark, 'here')
    const seen: unknown[] = []
    const look = (who: string): void => void seen.push([who, activeContext().getValue(mark)])

    inContext(marked, look, 'none is registered')
    new MemorySdk().register()
    inContext(marked, look, 'one is')
    context.with(marked, look, undefined, 'entered by the API')
    look('outside')
    context.disable()
    inContext(marked, look, 'none any more')

    expect(seen).toEqual([
      ['none is registered', undefined],
      ['one is', 'here'],
      ['entered by the API', 'here'],
      ['outside', undefined],
      ['none any more', undefined],
    ])
  })
})
