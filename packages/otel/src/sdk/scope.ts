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

/** The instrumentation scope of all spans, metrics and log records. In Prometheus, it is the label `otel_scope_name`. */
export const scopeName = '@runwell/otel'

/** The version of the semantic conventions that define names such as `error.type` and `service.name`. */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.45.0'

/** Each call of the returned function uses the current provider, because an SDK may be registered late or again. */
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

export function currentMeterProvider(given: MeterProvider | undefined): MeterProvider {
  return given ?? metrics.getMeterProvider()
}

export function meterOf(provider: MeterProvider): Meter {
  return provider.getMeter(scopeName, version, { schemaUrl })
}
