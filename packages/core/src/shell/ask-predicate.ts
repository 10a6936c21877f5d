import { callInRoot } from '../base/root-context.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'

/**
 * Calls a function of the user that must return true or false.
 * @param text - the warning if the function throws or returns another value
 * @param mayDecline - whether `undefined` is a valid answer too
 * @returns the answer; `undefined` if it is not valid
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
    // The invalid answer may be a promise. If this promise rejects, the process must not end.
    Promise.resolve(answer).catch((error: unknown) => warnings.add(text, toError(error)))
  } catch (error) {
    warnings.add(text, toError(error))
  }
  return undefined
}
