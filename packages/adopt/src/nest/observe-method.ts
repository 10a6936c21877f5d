import { Logger } from '@nestjs/common'
import type { DiscoveryService } from '@nestjs/core'
import {
  type ExternalOptions,
  type ExternalTask,
  InvalidOptionError,
  type Schedule,
  type Supervisor,
} from '@runwell/core'
import { hostControl } from './host-control.ts'
import { type HostSchedule, scheduleOf } from './host-schedule.ts'
import type { SupervisedOptions } from './options.ts'
import { overrideMethod } from './register-method.ts'
import type { ScheduledMethod } from './scheduled-methods.ts'

/** The options that a task has whoever runs it. */
const observed: readonly (keyof ExternalOptions & keyof SupervisedOptions)[] = [
  'owner',
  'category',
  'priority',
  'on',
  'health',
  'dependsOn',
  'readiness',
  'readyWhen',
  'scope',
  'history',
  'runbook',
  'slo',
  'trace',
  'grace',
]
const logger = new Logger('Runwell')

/**
 * Makes a task of a method that `@nestjs/schedule` runs. It catches what a method throws, so its registry holds functions that
 * never fail. Therefore the method itself is wrapped, before it is looked up.
 */
export function observeMethod(
  discovery: DiscoveryService,
  supervisor: Supervisor,
  method: ScheduledMethod & { readonly host: HostSchedule },
  name: string,
): void {
  const { host, fn, instance, key, className, moduleName } = method
  const { name: _, schedule, ...options } = method.options
  const place = `${className}.${key}`
  if (!Object.isExtensible(instance)) return logger.warn(`${place} is not observed: its provider is frozen`)
  const ofTask = Object.entries(options).filter(([option]) => observed.some((known) => known === option))
  const ignored = Object.keys(options).filter((option) => !observed.some((known) => known === option))
  if (ignored.length > 0) {
    const list = ignored.map((option) => `\`${option}\``).join(', ')
    logger.warn(`${place}: ${list} of @Supervised needs mode 'replace'; now @nestjs/schedule runs the method`)
  }
  const registered = host.name ?? name
  const task: ExternalTask = supervisor.external({
    owner: moduleName,
    ...Object.fromEntries(ofTask),
    name,
    expects: schedule ?? expectedOf(host, place),
    host: '@nestjs/schedule',
    control: hostControl(discovery, host.kind, registered, (): unknown => wrapped.call(instance)),
  })
  const wrapped = task.wrap(fn)
  copyMetadata(fn, wrapped, host, registered)
  overrideMethod(method, wrapped)
}

function expectedOf(host: HostSchedule, place: string): Schedule | undefined {
  if (host.options.disabled) return undefined
  try {
    return scheduleOf(host)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const cure = 'Its runs are counted, but a missing run is not noticed. Give `schedule` in @Supervised'
    logger.warn(`${place}: ${error.message}. ${cure}`)
    return undefined
  }
}

/** Without a name, the host would take a random one. */
function copyMetadata(from: object, to: object, { kind, options }: HostSchedule, name: string): void {
  for (const key of Reflect.getMetadataKeys(from))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to)
  Reflect.defineMetadata('SCHEDULER_NAME', name, to)
  if (kind === 'cron') Reflect.defineMetadata('SCHEDULE_CRON_OPTIONS', { ...options, name }, to)
}
