import { Logger } from '@nestjs/common'
import { InvalidOptionError, manual, type Supervisor } from '@runwell/core'
import { usesOption } from '@runwell/core/adapter'
import { asSentence } from '../base/as-sentence.ts'
import { isPast, scheduleOf } from './host-schedule.ts'
import { freeName, warnOfName } from './names.ts'
import type { ScheduledMethod } from './scheduled-methods.ts'

export function registerMethod(supervisor: Supervisor, method: ScheduledMethod): void {
  const { host, fn, instance, moduleName, className, key } = method
  const { grace, ...options } = method.options
  const { disabled = false, initialDelay = 0 } = host?.options ?? {}
  if (host && isPast(host, supervisor.now())) {
    new Logger('Runwell').warn(`${className}.${key} does not run: the date of its @Cron has passed`)
    return
  }
  const isDelayOver = (): boolean => supervisor.now() >= (supervisor.startedAt ?? 0) + initialDelay
  const task = namingMethod(method, () => {
    const schedule = options.schedule ?? (host ? scheduleOf(host) : manual())
    // A class may have loops and other methods, and not every option fits both. But without `enabled`, a loop would
    // run although it must not.
    const fits = ([option]: [string, unknown]): boolean =>
      option === 'enabled' ||
      !Object.hasOwn(method.ofClass, option) ||
      // `register` refuses a value that is not a schedule. TypeScript does not check it if it has the type `any`.
      (schedule as Partial<typeof schedule> | undefined)?.info === undefined ||
      usesOption(option, options, schedule.info)
    return supervisor.register({
      owner: moduleName,
      ...(initialDelay > 0 && { enabled: isDelayOver }),
      ...Object.fromEntries(Object.entries(options).filter(fits)),
      schedule,
      name: freeName(supervisor, method),
      run: (context) => fn.call(instance, context),
    })
  })
  warnOfName(method, task.name)
  if (disabled) task.pause('disabled by its @Cron')
}

/** Returns the result of `act`. If `act` throws an `InvalidOptionError`, adds the method to the message. */
export function namingMethod<Result>(
  { className, key, moduleName }: ScheduledMethod,
  act: () => Result,
): Result {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const { option, expected, received, task, message } = error
    const place = `${className}.${key} in ${moduleName}`
    const text = `${asSentence(message)} It is given for ${place}`
    throw new InvalidOptionError(option, expected, received, task, text)
  }
}

/** Replaces the method by a function without metadata, so that `@nestjs/schedule` does not run it. */
export function hideFromHost(method: ScheduledMethod): void {
  const { fn, instance } = method
  const plain = { [fn.name]: (...args: unknown[]) => fn.apply(instance, args) }[fn.name]
  overrideMethod(method, plain ?? fn)
}

/** Replaces a method of one instance, but not of its class. */
export function overrideMethod({ instance, key, className }: ScheduledMethod, value: unknown): void {
  if (!Object.isExtensible(instance)) {
    const cure = 'make a provider that is not frozen, or leave out ScheduleModule'
    throw new InvalidOptionError(
      `${className}.${key}`,
      `a method of an object that can be extended: ${cure}`,
      instance,
    )
  }
  Object.defineProperty(instance, key, { value, writable: true, configurable: true, enumerable: false })
}
