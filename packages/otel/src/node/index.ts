export type { OtlpProtocol, PrometheusOptions, Telemetry, TelemetryOptions } from './options.ts'
export { MissingPackageError } from './peers.ts'
export { startTelemetry } from './start-telemetry.ts'
