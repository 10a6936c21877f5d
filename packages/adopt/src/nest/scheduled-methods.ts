import { Logger } from '@nestjs/common'
import { type DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core'
import { supervisedKey } from './decorators.ts'
import type { HostSchedule } from './host-schedule.ts'
import type { SupervisedOptions } from './options.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown

/** A method with a decorator of `@nestjs/schedule`, or with `@Supervised`. */
export interface ScheduledMethod {
  readonly instance: Record<string, Method>
  readonly key: string
  readonly fn: Method
  /** `undefined` if the method has only `@Supervised`. */
  readonly host: HostSchedule | undefined
  readonly options: SupervisedOptions
  /** The options that only the class gives. */
  readonly ofClass: SupervisedOptions
  readonly className: string
  readonly moduleName: string
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number]

/** `@nestjs/schedule` does not export its metadata keys, so these are copies. */
const typeKey = 'SCHEDULER_TYPE'
const kinds = [
  { type: 1, kind: 'cron', key: 'SCHEDULE_CRON_OPTIONS' },
  { type: 2, kind: 'timeout', key: 'SCHEDULE_TIMEOUT_OPTIONS' },
  { type: 3, kind: 'interval', key: 'SCHEDULE_INTERVAL_OPTIONS' },
] as const

/**
 * Returns the scheduled methods of controllers and providers. Leaves out request-scoped classes. From a transient
 * class, includes only methods that `@nestjs/schedule` runs.
 */
export function scheduledMethods(
  discovery: DiscoveryService,
  mode: 'replace' | 'observe',
): ScheduledMethod[] {
  const reflector = new Reflector()
  const scanner = new MetadataScanner()
  const seen = new Set<object>()
  const found: ScheduledMethod[] = []

  const inspect = (wrapper: Wrapper): void => {
    const { instance, host } = wrapper as { instance: unknown; host?: { name: string } }
    // Two providers can have the same instance, for example if one is an alias.
    if (typeof instance !== 'object' || instance === null || seen.has(instance)) return
    seen.add(instance)
    const methods = instance as Record<string, Method>
    const className = instance.constructor?.name ?? String(wrapper.name)
    const ofClass = reflector.get<SupervisedOptions | undefined>(
      supervisedKey,
      instance.constructor ?? Object,
    )
    for (const key of scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
      const fn = methods[key]
      if (typeof fn !== 'function') continue
      const ofMethod = reflector.get<SupervisedOptions | undefined>(supervisedKey, fn)
      const type: unknown = reflector.get(typeKey, fn)
      const known = kinds.find((each) => each.type === type)
      if (!known && !ofMethod) continue
      const isOfHost = known !== undefined && mode === 'observe'
      if (!wrapper.isDependencyTreeStatic() || (wrapper.isTransient && !isOfHost)) {
        if (!isOfHost) warnOf(`${className}.${key}`) // `@nestjs/schedule` warns about its methods itself
        continue
      }
      const name = reflector.get<string | undefined>('SCHEDULER_NAME', fn)
      const plain = `${ofClass?.name ?? className}.${key}`
      found.push({
        instance: methods,
        key,
        fn,
        host: known && { kind: known.kind, name, options: reflector.get(known.key, fn) },
        options: { ...ofClass, ...ofMethod, name: ofMethod?.name ?? name ?? plain },
        ofClass: Object.fromEntries(
          Object.entries(ofClass ?? {}).filter(([key]) => !Object.hasOwn(ofMethod ?? {}, key)),
        ),
        className,
        moduleName: host?.name ?? 'app',
      })
    }
  }
  for (const wrapper of [...discovery.getControllers(), ...discovery.getProviders()]) inspect(wrapper)
  return found
}

function warnOf(method: string): void {
  const cure = 'Move the method to a provider with the default scope.'
  new Logger('Runwell').warn(
    `${method} does not run: its provider is request-scoped or transient, so there is no instance to run it on. ${cure}`,
  )
}
