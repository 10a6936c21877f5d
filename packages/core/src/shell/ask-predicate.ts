import { callInRoot } from '../base/root-context.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'

/**
 * Calls a function of the user that returns true or false, in the root context.
 *
 * @param text - the warning if it throws or returns anything else, such as a promise
 * @param mayDecline - whether it may return `undefined`
 * @returns `undefined` if it did not return true or false
 */
export function askPredicate(
  warnings: ConsoleWarnings,
  text: string,
  predicate: () => unknown,
  mayDecline = false,
): boolean | undefined {
  try {
    const answer = callInRoot(predicate)
    if (typeof answer === 'boolean' || (mayDecline && answer === undefined)) return answer
    warnings.add(text, new TypeError(`it must return true or false, returned ${show(answer)}`))
    // The function may have returned a promise that rejects.
    Promise.resolve(answer).catch((error: unknown) => warnings.add(text, toError(error)))
  } catch (error) {
    warnings.add(text, toError(error))
  }
  return undefined
}
