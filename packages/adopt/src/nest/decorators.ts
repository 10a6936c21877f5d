import { Inject, SetMetadata } from '@nestjs/common'
import { InvalidOptionError } from '@runwell/core'
import { anObject, aText, check } from '@runwell/core/adapter'
import type { SupervisedOptions } from './options.ts'

export const supervisedKey = 'runwell:supervised'

/**
 * Sets the options for the task of a method, or for the tasks of all methods of a class.
 *
 * Runwell runs a method without a decorator of `@nestjs/schedule` even in mode `'observe'`, and passes the
 * `RunContext` to the method.
 *
 * @throws {@link InvalidOptionError} if `options` is not an object, if the decorator is on anything but a
 * method or a class, or if `options` for a class contains a `schedule`
 * @example @Supervised({ schedule: loop(), priority: 'critical' }) async consume({ signal }: RunContext) {}
 */
export function Supervised(options: SupervisedOptions): MethodDecorator & ClassDecorator {
  check('Supervised', options, anObject)
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const decorate = SetMetadata(supervisedKey, options)
    if (key !== undefined) {
      if (typeof descriptor?.value !== 'function')
        throw new InvalidOptionError('Supervised', 'on a method or a class', key)
      decorate(target, key, descriptor)
    } else {
      const { schedule } = options
      if (schedule !== undefined)
        throw new InvalidOptionError('Supervised.schedule', 'given for a method, not for a class', schedule)
      decorate(target as () => void)
    }
  }
}

/** Global, because an application may load this package twice: as ES modules and as CommonJS. */
const namesKey = Symbol.for('@runwell/adopt/nest')
const shared = globalThis as { [namesKey]?: Set<string> }

/** All names that were passed to `InjectTask`. */
export function injectedNames(): Set<string> {
  shared[namesKey] ??= new Set()
  return shared[namesKey]
}

export function taskToken(name: string): string {
  return `runwell:task:${name}`
}

/**
 * Injects the handle of a task by its name, such as `Reports.send`.
 * Use the handle only from `onApplicationBootstrap` on, because earlier the task is not registered.
 *
 * @throws {@link InvalidOptionError} if `name` is not a non-empty string
 * @example constructor(@InjectTask('Reports.send') private readonly reports: Task) {}
 */
export function InjectTask(name: string): PropertyDecorator & ParameterDecorator {
  injectedNames().add(check('InjectTask', name, aText))
  return Inject(taskToken(name))
}
