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

/** Name of the instrumentation scope: `otel_scope_name` in backends. */
export const scopeName = '@runwell/otel'

/** Version of the semantic conventions for general names: `error.type`, `exception.*`, `service.*`. */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.45.0'

/** Returns a function that gets the tracer of the current provider, so that an SDK may be registered late or again. */
export function tracerSource(given: TracerProvider | undefined): () => Tracer {
  let known: unknown
  let tracer: Tracer | undefined
  return () => {
    const now = given ?? registeredTracing()
    if (tracer === undefined || now !== known) {
      known = now
      tracer = (given ?? trace.getTracerProvider()).getTracer(scopeName, version, { schemaUrl })
    }
    return tracer
  }
}

/** Returns `given`, or else the meter provider that is registered now. */
export function currentMeterProvider(given: MeterProvider | undefined): MeterProvider {
  return given ?? metrics.getMeterProvider()
}

export function meterOf(provider: MeterProvider): Meter {
  return provider.getMeter(scopeName, version, { schemaUrl })
}
