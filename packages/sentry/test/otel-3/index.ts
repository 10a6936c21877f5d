import { NodeSDK } from '@opentelemetry/sdk-node'

type Options = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>

/**
 * Starts the SDK of OpenTelemetry 3 with one span processor. The processor may be of 2.x, because it is called with the
 * same arguments.
 */
export function startSdk3(processor: unknown): void {
  const spanProcessors = [processor] as NonNullable<Options['spanProcessors']>
  new NodeSDK({ spanProcessors, metricReaders: [], autoDetectResources: false }).start()
}
