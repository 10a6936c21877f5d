import { instanceId } from './instance-id.ts'
import type { TelemetryOptions } from './options.ts'
import { load } from './peers.ts'
import type { Resources, SdkNode } from './sdk.ts'

/**
 * The environment overrides the options. Both override detected values, because a detected instance id may be random:
 * each restart would then start new series. But values of detectors that the user has chosen override both.
 */
export async function resourcePart(module: SdkNode, options: TelemetryOptions): Promise<object> {
  const resources =
    module.resources ?? (await load<Resources>('@opentelemetry/resources', 'to name the service'))
  const own = resources.resourceFromAttributes({
    'service.instance.id': options.serviceInstanceId ?? instanceId(process.env),
    ...options.resourceAttributes,
    'service.name': options.serviceName,
  })
  const base = resources.defaultResource()
  const { envDetector, hostDetector, processDetector } = resources
  const environment = resources.detectResources({ detectors: [envDetector] })
  if (areDetectorsChosen(options)) return { resource: base.merge(own).merge(environment) }

  const around = resources.detectResources({ detectors: [processDetector, hostDetector] })
  return { resource: base.merge(around).merge(own).merge(environment), autoDetectResources: false }
}

/**
 * True if the user has chosen resource detectors. NodeSDK then lets the results of the detectors override all other
 * attributes.
 */
function areDetectorsChosen(options: TelemetryOptions): boolean {
  return (
    Boolean(process.env['OTEL_NODE_RESOURCE_DETECTORS']) || options.sdk?.['resourceDetectors'] !== undefined
  )
}
