import type { Attributes } from '@opentelemetry/api'
import { InvalidOptionError, type Observer } from '@runwell/core'
import {
  aFunction,
  anObject,
  aText,
  checkOptions,
  numberFrom,
  oneOf,
  type Takes,
  trueOrFalse,
} from '../options/check-options.ts'
import { checkObserverOptions, type OtelObserverOptions } from '../options/observer-options.ts'

/** OTLP over HTTP, in protobuf or in JSON. */
export type OtlpProtocol = 'http/protobuf' | 'http/json'

/**
 * Options of `startTelemetry`. What the environment says in `OTEL_*` variables wins over `serviceName` and
 * `resourceAttributes`, and fills in for what is not given here.
 */
export interface TelemetryOptions {
  /** What the service is called in every back end. */
  readonly serviceName: string
  /**
   * Tells this process from others of the service; it must be unique, or their counters are taken for one.
   * @defaultValue the host name, and in other processes than the first of a container their process and thread id
   */
  readonly serviceInstanceId?: string | undefined
  /** What else is known of the service, for instance `service.version` and `deployment.environment.name`. */
  readonly resourceAttributes?: Attributes | undefined
  /** Where to send: the base address of an OTLP receiver. @defaultValue `OTEL_EXPORTER_OTLP_ENDPOINT`, else `http://localhost:4318` */
  readonly endpoint?: string | undefined
  /** @defaultValue `OTEL_EXPORTER_OTLP_PROTOCOL`, else protobuf where its exporters are installed, else JSON */
  readonly protocol?: OtlpProtocol | undefined
  /** Whether spans are sent. @defaultValue `true` */
  readonly traces?: boolean | undefined
  /** Whether metrics are sent. @defaultValue `true`, and `false` with `prometheus` */
  readonly metrics?: boolean | undefined
  /** Serves the metrics to a Prometheus that scrapes. */
  readonly prometheus?: PrometheusOptions | undefined
  /** Time between two exports of metrics. @defaultValue `OTEL_METRIC_EXPORT_INTERVAL`, else 15 s */
  readonly exportIntervalMs?: number | undefined
  /** Longest that one export may take, retries included. @defaultValue `OTEL_EXPORTER_OTLP_TIMEOUT`, else 5 s */
  readonly exportTimeoutMs?: number | undefined
  /** Series per instrument that are kept. @defaultValue `12_000`: five results of 2,000 tasks, and some more */
  readonly cardinalityLimit?: number | undefined
  /** More of NodeSDK's own options, for instance `instrumentations`, `sampler` and `views`. */
  readonly sdk?: Readonly<Record<string, unknown>> | undefined
  /** `false` sets nothing up; the observer uses what is registered. @defaultValue `true` */
  readonly register?: boolean | undefined
  /** Options of the observer. */
  readonly observer?: OtelObserverOptions | undefined
  /** Told, once each, what is wrong with the set-up or with an export. @defaultValue `process.emitWarning` */
  readonly warn?: ((sentence: string) => void) | undefined
}

export interface PrometheusOptions {
  /** @defaultValue `9464` */
  readonly port?: number | undefined
  /** @defaultValue all interfaces */
  readonly host?: string | undefined
  /** @defaultValue `'/metrics'` */
  readonly endpoint?: string | undefined
}

const known: Readonly<Record<keyof TelemetryOptions, Takes>> = {
  serviceName: aText,
  serviceInstanceId: aText,
  resourceAttributes: anObject,
  endpoint: {
    expected: "an address such as 'http://localhost:4318'",
    fits: (value) => typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value),
  },
  protocol: oneOf('http/protobuf', 'http/json'),
  traces: trueOrFalse,
  metrics: trueOrFalse,
  prometheus: { ...anObject, expected: 'an object such as { port: 9464 }' },
  exportIntervalMs: numberFrom(1, 'milliseconds'),
  exportTimeoutMs: numberFrom(1, 'milliseconds'),
  cardinalityLimit: numberFrom(1),
  sdk: anObject,
  register: trueOrFalse,
  observer: anObject,
  warn: aFunction,
}

const ofPrometheus: Readonly<Record<keyof PrometheusOptions, Takes>> = {
  port: {
    expected: 'a whole number from 0 to 65535',
    fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  },
  host: aText,
  endpoint: aText,
}

/** @throws {@link InvalidOptionError} */
export function checkTelemetryOptions(options: TelemetryOptions): void {
  checkOptions('startTelemetry', options, known)
  if (options.serviceName === undefined)
    throw new InvalidOptionError('serviceName', aText.expected, undefined)
  if (options.prometheus !== undefined) checkOptions('prometheus', options.prometheus, ofPrometheus)
  if (options.observer !== undefined) checkObserverOptions(options.observer)
}

/** Telemetry that has been set up. */
export interface Telemetry {
  /** To be given to the supervisor: `new Supervisor({ observers: [telemetry.observer] })`. */
  readonly observer: Observer
  /** Whether this call has registered an SDK, or has found one. */
  readonly registered: boolean
  /** Sends what is buffered. Ends by `deadline` (wall time) and never rejects. The supervisor's `stop()` calls it too. */
  flush(deadline: number): Promise<void>
  /** Sends what is buffered and stops the exporters that this call has set up. Never rejects. */
  shutdown(): Promise<void>
}
