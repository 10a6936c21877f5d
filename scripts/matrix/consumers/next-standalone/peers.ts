// Next copies the packages that it sees imported. startTelemetry imports these only at run time.
import '@opentelemetry/exporter-metrics-otlp-proto'
import '@opentelemetry/exporter-trace-otlp-proto'
import '@opentelemetry/resources'
import '@opentelemetry/sdk-metrics'
import '@opentelemetry/sdk-node'
