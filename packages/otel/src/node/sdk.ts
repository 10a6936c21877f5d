/** The parts of the OpenTelemetry SDK that this package uses. The SDK's own types of 2.x and 3.x are incompatible. */
export interface SdkNode {
  readonly NodeSDK: new (options: Readonly<Record<string, unknown>>) => NodeSdk
  /** Some versions of `@opentelemetry/sdk-node` also export other packages of the SDK. */
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
