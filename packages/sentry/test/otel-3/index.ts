import { NodeSDK } from '@opentelemetry/sdk-node'

type Options = NonNullable<ConstructorParameters<typeof NodeSDK>[0]>

/** `processor` may be of OpenTelemetry 2 or 3, because both call a span processor with the same arguments. */
export function startSdk3(processor: unknown): void {
  const spanProcessors = [processor] as NonNullable<Options['spanProcessors']>
  new NodeSDK({ spanProcessors, metricReaders: [], autoDetectResources: false }).start()
}
