import { Logger } from '@nestjs/common'
import type { Supervisor } from '@runwell/core'
import { numbered, taskName } from '../base/names.ts'
import type { ScheduledMethod } from './scheduled-methods.ts'

/** The name that a method wants for its task, as far as a task may have it. */
export function wantedName({ options, className, key }: ScheduledMethod): string {
  return taskName(options.name) ?? taskName(`${className}.${key}`) ?? 'task'
}

/** The name of a task. If it is taken, the next ones that want it get a number. */
export function freeName(supervisor: Supervisor, method: ScheduledMethod): string {
  const wanted = wantedName(method)
  let name = wanted
  for (let number = 2; supervisor.task(name) !== undefined; number += 1) name = numbered(wanted, number)
  return name
}

/** Says that a task has another name than its method asks for. */
export function warnOfName(method: ScheduledMethod, name: string): void {
  const wanted = wantedName(method)
  if (name === wanted) return
  const { className, key, moduleName } = method
  const text = `the task of ${className}.${key} in ${moduleName} is called '${name}', because '${wanted}' is taken`
  new Logger('Runwell').warn(text)
}
