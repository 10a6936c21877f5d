import { InvalidOptionError } from '@runwell/core'
import { describe, expect, it } from 'vitest'
import { startTelemetry, type TelemetryOptions } from '../node/index.ts'
import { otelObserver } from '../otel-observer.ts'
import { runwellSampler } from '../spans/sampler.ts'

const serviceName = 'shop'

describe('otelObserver refuses', () => {
  it.each([
    [null, 'otelObserver', 'null'],
    [{ exceptions: 'logs' }, 'exceptions', "'logs'"],
    [{ monitorSpans: true }, 'monitorSpans', 'true'],
    [{ spans: 'off' }, 'spans', "'off'"],
    [{ maxTasks: '2_000' }, 'maxTasks', "'2_000'"],
    [{ cardinalityLimit: 0 }, 'cardinalityLimit', '0'],
    [{ untraced: ['feeds.poll'] }, 'untraced', '["feeds.poll"]'],
    [{ attributes: {} }, 'attributes', '{}'],
    [{ onWarning: false }, 'onWarning', 'false'],
    [{ spanKind: 99 }, 'spanKind', '99'],
    [{ tracerProvider: { start() {} } }, 'tracerProvider', 'got'],
    [{ meterProvider: {} }, 'meterProvider', '{}'],
  ])('%j, and reports the expected and the actual value', (options, option, shown) => {
    const made = () => otelObserver(options as never)

    expect(made).toThrow(InvalidOptionError)
    expect(made).toThrow(new RegExp(`^Expected \`${option}\` to be .+, got `))
    expect(made).toThrow(shown)
  })

  it('an unknown option, and names the one that was probably meant', () => {
    expect(() => otelObserver({ tracerProvidr: {} } as never)).toThrow(
      "Unknown option 'tracerProvidr' of `otelObserver`. Did you mean 'tracerProvider'?",
    )
  })

  it('no option that is undefined', () => {
    expect(otelObserver({ exceptions: undefined, maxTasks: undefined }).name).toBe('otel')
  })
})

describe('runwellSampler refuses', () => {
  it.each([
    [undefined, 'runwellSampler', 'undefined'],
    [{}, 'ratio', 'undefined'],
    [{ ratio: '0.5' }, 'ratio', "'0.5'"],
    [{ ratio: null }, 'ratio', 'null'],
    [{ ratio: 1.5 }, 'ratio', '1.5'],
    [{ ratio: 0.5, others: {} }, 'others', '{}'],
  ])('%j, and reports the expected and the actual value', (options, option, shown) => {
    const made = () => runwellSampler(options as never)

    expect(made).toThrow(InvalidOptionError)
    expect(made).toThrow(new RegExp(`^Expected \`${option}\` to be .+, got `))
    expect(made).toThrow(shown)
  })

  it('an unknown option, and names the one that was probably meant', () => {
    expect(() => runwellSampler({ ratio: 0.5, other: undefined } as never)).toThrow(
      "Unknown option 'other' of `runwellSampler`. Did you mean 'others'?",
    )
  })
})

describe('startTelemetry refuses', () => {
  it.each([
    [undefined, 'startTelemetry', 'undefined'],
    ['shop', 'startTelemetry', "'shop'"],
    [{}, 'serviceName', 'undefined'],
    [{ serviceName, endpoint: 'otel:4318' }, 'endpoint', "'otel:4318'"],
    [{ serviceName, protocol: 'grpc' }, 'protocol', "'grpc'"],
    [{ serviceName, exportInterval: 'soon' }, 'exportInterval', "'soon'"],
    [{ serviceName, exportTimeout: 0 }, 'exportTimeout', '0'],
    [{ serviceName, exportTimeout: '25d' }, 'exportTimeout', "'25d'"],
    [{ serviceName, exportInterval: '25d' }, 'exportInterval', "'25d'"],
    [{ serviceName, prometheus: { port: 0 } }, 'prometheus.port', '0'],
    [{ serviceName, prometheus: true }, 'prometheus', 'true'],
    [{ serviceName, prometheus: { port: 70_000 } }, 'prometheus.port', '70000'],
  ])('%j, and sets up nothing', async (options, option, shown) => {
    const given: unknown = typeof options === 'object' ? { register: false, ...options } : options
    const started = startTelemetry(given as TelemetryOptions)

    const error = await started.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(InvalidOptionError)
    expect(String(error)).toMatch(new RegExp(`Expected \`${option}\` to be .+, got `))
    expect(String(error)).toContain(shown)
  })

  it.each([
    [{ endpiont: 'http://otel:4318' }, "'endpiont' of `startTelemetry`. Did you mean 'endpoint'?"],
    [{ prometheus: { prot: 9464 } }, "'prot' of `prometheus`. Did you mean 'port'?"],
    [{ prometheus: { path: '/' } }, "'path' of `prometheus`. Known options: port, host, endpoint."],
    [{ observer: { exception: 'log' } }, "'exception' of `otelObserver`. Did you mean 'exceptions'?"],
  ])('the unknown option in %j, and sets up nothing', async (options, message) => {
    const started = startTelemetry({ serviceName, register: false, ...options } as TelemetryOptions)

    await expect(started).rejects.toThrow(`Unknown option ${message}`)
  })
})
