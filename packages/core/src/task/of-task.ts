import { InvalidOptionError } from '../base/errors.ts'
import { withTask } from '../base/options.ts'

const namePattern = /^[A-Za-z0-9][\w.:/-]{0,119}$/

export function isTaskName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name)
}

/**
 * Returns the result of `call`. If `call` throws an `InvalidOptionError` that names no task, the error names `task`.
 *
 * `call` must not call code of the user, because that code can throw such an error about something else.
 *
 * @param task - if it is not a valid name of a task, the error stays as it is
 */
export function ofTask<Value>(task: unknown, call: () => Value): Value {
  try {
    return call()
  } catch (error) {
    const isUnnamed = error instanceof InvalidOptionError && error.task === undefined
    throw isUnnamed && isTaskName(task) ? withTask(error, task) : error
  }
}
