// `startTelemetry` imports these packages at run time. Next copies only packages for which it sees an import.
import '@opentelemetry/exporter-metrics-otlp-proto'
import '@opentelemetry/exporter-trace-otlp-proto'
import '@opentelemetry/resources'
import '@opentelemetry/sdk-metrics'
import '@opentelemetry/sdk-node'
