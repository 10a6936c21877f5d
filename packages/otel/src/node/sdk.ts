/**
 * The parts of the OpenTelemetry SDK that this package uses. The types of the SDK itself can't be used: those of 2.x
 * and 3.x are incompatible, and the packages are optional.
 */
export interface SdkNode {
  readonly NodeSDK: new (options: Readonly<Record<string, unknown>>) => NodeSdk
  /** Some versions re-export the packages that they use. */
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

/** An exporter of spans, metrics or log records. */
export interface Exporter {
  export(items: unknown, done: (result: ExportResult) => void): void
}

export interface ExportResult {
  /** 0 means success. */
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
  selectCardinalityLimit(instrumentType: unknown): number
}
