import { NodeSDK } from '@opentelemetry/sdk-node'

type Options = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>

/** OpenTelemetry 2 and 3 call a span processor with the same arguments, so `processor` may be of either version. */
export function startSdk3(processor: unknown): void {
  const spanProcessors = [processor] as NonNullable<Options['spanProcessors']>
  new NodeSDK({ spanProcessors, metricReaders: [], autoDetectResources: false }).start()
}
