import { Logger } from '@nestjs/common'
import type { DiscoveryService } from '@nestjs/core'
import { type ExternalOptions, InvalidOptionError, type Schedule, type Supervisor } from '@runwell/core'
import { checkTaskOptions, durationFrom } from '@runwell/core/adapter'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { asSentence } from '../base/as-sentence.ts'
import { wrapJob } from '../base/wrap-job.ts'
import { HostJob } from './host-job.ts'
import { type HostSchedule, scheduleOf } from './host-schedule.ts'
import { wantedName, warnOfName } from './names.ts'
import type { SupervisedOptions } from './options.ts'
import { namingMethod, overrideMethod } from './register-method.ts'
import type { ScheduledMethod } from './scheduled-methods.ts'

/**
 * The options of `@Supervised` that have an effect on a method that `@nestjs/schedule` runs, besides `name` and
 * `schedule`.
 */
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

const rules = { added: { grace: durationFrom(0) }, without: ['run'] } as const

/**
 * Makes Runwell report changes of a job of `@nestjs/schedule` to its task, for example when the job is removed. Call
 * this when the job exists.
 */
export type Follow = () => void

const logger = new Logger('Runwell')

/**
 * Registers a task for a method that `@nestjs/schedule` runs. Must be called before `@nestjs/schedule` reads the
 * method.
 */
export function observeMethod(
  discovery: DiscoveryService,
  supervisor: Supervisor,
  method: ScheduledMethod & { readonly host: HostSchedule },
): Follow {
  const { host, fn, instance, key, className, moduleName } = method
  const { name: _, schedule, ...options } = method.options
  const place = `${className}.${key}`
  if (!Object.isExtensible(instance)) {
    logger.warn(`${place} is not observed: its provider is frozen`)
    return () => {}
  }
  namingMethod(method, () => checkTaskOptions('@Supervised', method.options, rules))
  refuseHolding(options, place)
  const ignored = Object.entries(options).flatMap(([option, value]) =>
    isObserved(option) || value === undefined || value === false ? [] : option,
  )
  if (ignored.length > 0) {
    const list = ignored.map((option) => `\`${option}\``).join(', ')
    logger.warn(`${place}: ${list} of @Supervised needs mode 'replace'; now @nestjs/schedule runs the method`)
  }
  const job = new HostJob(discovery, host.kind)
  const task: ReturnType<typeof adoptedTask> = namingMethod(method, () =>
    adoptedTask(supervisor, job, () => job.isGone, {
      owner: moduleName,
      ...Object.fromEntries(Object.entries(options).filter(([option]) => isObserved(option))),
      name: wantedName(method),
      expects: schedule ?? expectedOf(host, place),
      host: '@nestjs/schedule',
      control: job.control((): unknown => wrapped.call(instance)),
    }),
  )
  if (task === undefined) return () => {}
  const wrapped = wrapJob(task, fn)
  const registered = host.name ?? task.name
  copyMetadata(fn, wrapped, host, registered)
  overrideMethod(method, wrapped)
  warnOfName(method, task.name)
  return () => job.follow(task, registered)
}

/**
 * These options say when a method must not run. An application that relies on one of them must not start, because
 * `@nestjs/schedule` would run the method in spite of it.
 */
function refuseHolding(options: SupervisedOptions, place: string): void {
  for (const option of ['paused', 'enabled'] as const) {
    const value = options[option]
    if (value === undefined || value === false) continue
    const message = `The option \`${option}\` of @Supervised has no effect on ${place}, because @nestjs/schedule runs this method. Use mode 'replace', or remove the option from the method and its class`
    throw new InvalidOptionError(
      `Supervised.${option}`,
      "left out in mode 'observe'",
      value,
      undefined,
      message,
    )
  }
}

function isObserved(option: string): boolean {
  return observed.some((known) => known === option)
}

function expectedOf(host: HostSchedule, place: string): Schedule | undefined {
  try {
    return scheduleOf(host)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const cure = 'Its runs are counted, but a missing run is not noticed. Give `schedule` in @Supervised'
    logger.warn(`${place}: ${asSentence(error.message)} ${cure}`)
    return undefined
  }
}

/**
 * Copies the metadata of a method to the function that replaces it. Also sets the name of the job, because
 * `@nestjs/schedule` would choose a random name for a job without a name.
 */
function copyMetadata(from: object, to: object, { kind, options }: HostSchedule, name: string): void {
  for (const key of Reflect.getMetadataKeys(from))
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to)
  Reflect.defineMetadata('SCHEDULER_NAME', name, to)
  if (kind === 'cron') Reflect.defineMetadata('SCHEDULE_CRON_OPTIONS', { ...options, name }, to)
}
