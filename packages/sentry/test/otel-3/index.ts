import { NodeSDK } from '@opentelemetry/sdk-node'

type Options = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>

/** Starts the SDK of OpenTelemetry 3 with one span processor, which may be of 2.x: what it is called with is the same. */
export function startSdk3(processor: unknown): void {
  const spanProcessors = [processor] as NonNullable<Options['spanProcessors']>
  new NodeSDK({ spanProcessors, metricReaders: [], autoDetectResources: false }).start()
}
