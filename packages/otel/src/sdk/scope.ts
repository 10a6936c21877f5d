import {
  type Meter,
  type MeterProvider,
  metrics,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { version } from '../base/version.ts'
import { registeredTracing } from './api-registry.ts'

/** The instrumentation scope: what `otel_scope_name` says in the back ends. */
export const scopeName = '@runwell/otel'

/** The semantic conventions whose general names (`error.type`, `exception.*`, `service.*`) are used. */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.45.0'

/**
 * Gives the tracer of whatever provider is registered now, so that an SDK which is registered late (or anew) is found.
 */
export function tracerSource(given: TracerProvider | undefined): () => Tracer {
  let seen: unknown
  let tracer: Tracer | undefined
  return () => {
    const now = given ?? registeredTracing()
    if (tracer === undefined || now !== seen) {
      seen = now
      tracer = (given ?? trace.getTracerProvider()).getTracer(scopeName, version, { schemaUrl })
    }
    return tracer
  }
}

/** The provider that is registered now. Unlike tracers, meters of the API do not turn real when an SDK comes later. */
export function currentMeterProvider(given: MeterProvider | undefined): MeterProvider {
  return given ?? metrics.getMeterProvider()
}

export function meterOf(provider: MeterProvider): Meter {
  return provider.getMeter(scopeName, version, { schemaUrl })
}
