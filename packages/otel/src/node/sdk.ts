/**
 * What is used of the OpenTelemetry SDK, by shape: its two lines (2.x, 3.x) have types that don't fit each other, and
 * the packages are optional.
 */
export interface SdkNode {
  readonly NodeSDK: new (options: Readonly<Record<string, unknown>>) => NodeSdk
  /** Some versions hand out the packages that they are built on. */
  readonly metrics?: SdkMetrics
  readonly resources?: Resources
}

export interface NodeSdk {
  start(): void
  shutdown(): Promise<void>
}

export interface SdkMetrics {
  readonly PeriodicExportingMetricReader: new (options: Readonly<Record<string, unknown>>) => object
}

export interface Resource {
  merge(other: Resource): Resource
}

export interface Resources {
  readonly envDetector: object
  readonly hostDetector: object
  readonly processDetector: object
  defaultResource(): Resource
  detectResources(options: { readonly detectors: readonly object[] }): Resource
  resourceFromAttributes(attributes: object): Resource
}

/** Both the trace and the metric exporters. */
export interface Exporter {
  export(items: unknown, done: (result: ExportResult) => void): void
}

export interface ExportResult {
  /** 0 is success. */
  readonly code: number
  readonly error?: Error
}

export interface OtlpTraceModule {
  readonly OTLPTraceExporter: new (options: Readonly<Record<string, unknown>>) => Exporter
}

export interface OtlpMetricModule {
  readonly OTLPMetricExporter: new (options: Readonly<Record<string, unknown>>) => Exporter
}

export interface PrometheusModule {
  readonly PrometheusExporter: new (options: Readonly<Record<string, unknown>>) => PrometheusExporter
}

export interface PrometheusExporter {
  startServer(): Promise<void>
}
