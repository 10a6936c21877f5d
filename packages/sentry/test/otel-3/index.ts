import { NodeSDK } from '@opentelemetry/sdk-node'

type Options = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>

/**
 * Starts the SDK of OpenTelemetry 3 with one span processor. The processor may come from OpenTelemetry 2, because both
 * versions call a processor with the same arguments.
 */
export function startSdk3(processor: unknown): void {
  const spanProcessors = [processor] as NonNullable<Options['spanProcessors']>
  new NodeSDK({ spanProcessors, metricReaders: [], autoDetectResources: false }).start()
}
