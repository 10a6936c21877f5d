import { Inject, SetMetadata } from '@nestjs/common'
import { InvalidOptionError } from '@runwell/core'
import { anObject, aText, check } from '@runwell/core/adapter'
import type { SupervisedOptions } from './options.ts'

export const supervisedKey = 'runwell:supervised'

/**
 * Sets the options for the task of a method, or for all tasks of a class.
 *
 * If a method has no decorator of `@nestjs/schedule`, Runwell runs the method, even in mode `'observe'`. Runwell
 * passes the `RunContext` to each method that it runs.
 *
 * @throws {@link InvalidOptionError} if `options` is not an object, or if `options` for a class contains a
 * `schedule`. Also throws if the decorated member is not a method.
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

/**
 * An application may load this package twice: as ES modules and as CommonJS. A global object lets both copies share
 * the names.
 */
const namesKey = Symbol.for('@runwell/adopt/nest')
const shared = globalThis as { [namesKey]?: Set<string> }

export function injectedNames(): Set<string> {
  shared[namesKey] ??= new Set()
  return shared[namesKey]
}

export function taskToken(name: string): string {
  return `runwell:task:${name}`
}

/**
 * Injects the handle of a task by its name, such as `Reports.send`. Use the handle in `onApplicationBootstrap` or
 * later. In a constructor, the task is not registered yet, so reading a property or calling a method of the handle
 * throws an error. The same happens if there is no task of this name.
 *
 * @throws {@link InvalidOptionError} if `name` is not a non-empty string
 * @example constructor(@InjectTask('Reports.send') private readonly reports: Task) {}
 */
export function InjectTask(name: string): PropertyDecorator & ParameterDecorator {
  injectedNames().add(check('InjectTask', name, aText))
  return Inject(taskToken(name))
}
