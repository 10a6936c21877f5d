import { callInRoot } from '../base/root-context.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'

/**
 * Calls a function of the user that must return true or false. Calls it in the root context.
 *
 * @param text - the warning to write if the function throws or returns something else, such as a promise
 * @param mayDecline - whether the function may also return `undefined`
 * @returns what the function returned, or `undefined` if that was not true or false
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
    // If the function returned a promise, its rejection must be handled, or else Node would end the process.
    Promise.resolve(answer).catch((error: unknown) => warnings.add(text, toError(error)))
  } catch (error) {
    warnings.add(text, toError(error))
  }
  return undefined
}
