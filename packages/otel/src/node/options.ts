import type { Attributes } from '@opentelemetry/api'
import type { Duration, Observer } from '@runwell/core'
import {
  aFunction,
  anObject,
  aText,
  check,
  checkOptions,
  durationFrom,
  numberFrom,
  type OptionTable,
  oneOf,
  takes,
  trueOrFalse,
  wholeNumber,
} from '@runwell/core/adapter'
import { checkObserverOptions, type OtelObserverOptions } from '../options/observer-options.ts'

/** OTLP over HTTP, in protobuf or in JSON. */
export type OtlpProtocol = 'http/protobuf' | 'http/json'

/**
 * Options of `startTelemetry`. The variables `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` override
 * `serviceName`, `serviceInstanceId` and `resourceAttributes`.
 */
export interface TelemetryOptions {
  /** Name of the service in all backends. */
  readonly serviceName: string
  /**
   * Identifies this process. Must be unique within the service. If two processes have the same id, backends mix up
   * their counters.
   *
   * @defaultValue the host name and the process id. A process with the id 1, as in a container, has only the host
   * name. Worker threads add their thread id.
   */
  readonly serviceInstanceId?: string | undefined
  /** More attributes of the service, for example `service.version`. */
  readonly resourceAttributes?: Attributes | undefined
  /**
   * Base URL of the OTLP receiver. `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended.
   *
   * @defaultValue the variable of the signal, such as `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or else
   * `OTEL_EXPORTER_OTLP_ENDPOINT`. If neither variable is set, `http://localhost:4318`.
   */
  readonly endpoint?: string | undefined
  /**
   * The encoding of exports.
   *
   * @defaultValue the variable of the signal, such as `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, or else
   * `OTEL_EXPORTER_OTLP_PROTOCOL`. If neither variable is set, protobuf if its exporters are installed, and JSON if
   * they are not installed. Log records then always use protobuf.
   */
  readonly protocol?: OtlpProtocol | undefined
  /** Whether to export spans. @defaultValue `true` */
  readonly traces?: boolean | undefined
  /** Whether to push metrics. @defaultValue `true`, but `false` if the option `prometheus` is set */
  readonly metrics?: boolean | undefined
  /** Whether to export log records. This includes the log records of your code. @defaultValue `true` */
  readonly logs?: boolean | undefined
  /** Serves the metrics at an endpoint for Prometheus to scrape. */
  readonly prometheus?: PrometheusOptions | undefined
  /**
   * Time between two exports of metrics, at most 24 days.
   *
   * @defaultValue `OTEL_METRIC_EXPORT_INTERVAL`. If the variable is not set, `'15s'`.
   */
  readonly exportInterval?: Duration | undefined
  /**
   * Timeout of one export, including retries, at most 24 days. An export of metrics also takes at most `exportInterval`.
   *
   * @defaultValue the variable of the signal, such as `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, or else
   * `OTEL_EXPORTER_OTLP_TIMEOUT`. If neither variable is set, `'5s'`.
   */
  readonly exportTimeout?: Duration | undefined
  /**
   * The maximum number of series that a metric reader keeps for each instrument.
   *
   * @defaultValue `12_000`, enough for 2,000 tasks with five results each
   */
  readonly cardinalityLimit?: number | undefined
  /**
   * Further options of NodeSDK, for example `instrumentations`, `sampler` and `views`. `startTelemetry` itself sets
   * `resource`, `traceExporter` and `metricReaders`.
   */
  readonly sdk?: Readonly<Record<string, unknown>> | undefined
  /** `false` registers no SDK. The observer then uses the SDK that other code registers. @defaultValue `true` */
  readonly register?: boolean | undefined
  /** Options of the observer. */
  readonly observer?: OtelObserverOptions | undefined
  /** Called with each warning about the set-up or the exports. @defaultValue `process.emitWarning` */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** The endpoint that Prometheus scrapes. */
export interface PrometheusOptions {
  /** @defaultValue `OTEL_EXPORTER_PROMETHEUS_PORT`. If the variable is not set, `9464`. */
  readonly port?: number | undefined
  /** @defaultValue `OTEL_EXPORTER_PROMETHEUS_HOST`. If the variable is not set, all interfaces. */
  readonly host?: string | undefined
  /** @defaultValue `'/metrics'` */
  readonly endpoint?: string | undefined
}

/** Timers of Node fire after 1 ms if their delay is longer than 24.8 days. */
export const longestMs = 24 * 86_400_000

const known: OptionTable<TelemetryOptions> = {
  serviceName: aText,
  serviceInstanceId: aText,
  resourceAttributes: anObject,
  endpoint: takes<string>(
    "a URL such as 'http://localhost:4318'",
    (value) => typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value),
  ),
  protocol: oneOf(['http/protobuf', 'http/json']),
  traces: trueOrFalse,
  metrics: trueOrFalse,
  logs: trueOrFalse,
  prometheus: takes<PrometheusOptions>('an object such as { port: 9464 }', anObject.fits),
  exportInterval: durationFrom(1, longestMs),
  exportTimeout: durationFrom(1, longestMs),
  cardinalityLimit: numberFrom(1),
  sdk: takes<object>(anObject.expected, anObject.fits, { isSecret: true }),
  register: trueOrFalse,
  observer: anObject,
  onWarning: aFunction,
}

const ofPrometheus: OptionTable<PrometheusOptions> = {
  port: wholeNumber(1, 65_535), // the exporter would replace 0 by its default port
  host: aText,
  endpoint: aText,
}

export function checkTelemetryOptions(options: TelemetryOptions): void {
  checkOptions('startTelemetry', options, known, '')
  check('serviceName', options.serviceName, aText)
  if (options.prometheus !== undefined) checkOptions('prometheus', options.prometheus, ofPrometheus)
  if (options.observer !== undefined) checkObserverOptions(options.observer)
}

/** The result of `startTelemetry`. */
export interface Telemetry {
  /** Pass this observer to the supervisor: `new Supervisor({ observers: [telemetry.observer] })`. */
  readonly observer: Observer
  /** True if `startTelemetry` has registered an SDK. False, for example, with `OTEL_SDK_DISABLED=true`. */
  readonly registered: boolean
  /**
   * Exports buffered data. Resolves at `deadline` at the latest. `deadline` is a wall time in milliseconds since
   * 1970. Never rejects.
   */
  flush(deadline: number): Promise<void>
  /**
   * If `registered` is true: exports buffered data, then shuts down and unregisters the SDK. Otherwise does nothing.
   *
   * If a supervisor is stopping, first waits for the end of its stop, or until 5 s after the deadline of the stop.
   * Then resolves within 5 s. Never rejects.
   */
  shutdown(): Promise<void>
}
