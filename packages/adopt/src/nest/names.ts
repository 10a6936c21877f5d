import { Logger } from '@nestjs/common'
import type { Supervisor } from '@runwell/core'
import { numbered, taskName } from '../base/names.ts'
import type { ScheduledMethod } from './scheduled-methods.ts'

/** Returns the name for the task of a method: `options.name`, else `Class.method`. Replaces invalid characters. */
export function wantedName({ options, className, key }: ScheduledMethod): string {
  return taskName(options.name) ?? taskName(`${className}.${key}`) ?? 'task'
}

/** Returns the wanted name of a method. If another task has this name, returns it with a number at its end. */
export function freeName(supervisor: Supervisor, method: ScheduledMethod): string {
  const wanted = wantedName(method)
  let name = wanted
  for (let number = 2; supervisor.task(name) !== undefined; number += 1) name = numbered(wanted, number)
  return name
}

export function warnOfName(method: ScheduledMethod, name: string): void {
  const wanted = wantedName(method)
  if (name === wanted) return
  const { className, key, moduleName } = method
  const text = `the task of ${className}.${key} in ${moduleName} is called '${name}', because '${wanted}' is taken`
  new Logger('Runwell').warn(text)
}
