import { callInRoot } from '../base/root-context.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'

/**
 * Asks a function of the user a yes-or-no question, in the root context.
 *
 * @param text - the warning if it throws or answers anything else, such as a promise
 * @param mayDecline - whether `undefined` is an answer
 * @returns `undefined` if there is no answer
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
    // The answer may be a promise that rejects, too.
    Promise.resolve(answer).catch((error: unknown) => warnings.add(text, toError(error)))
  } catch (error) {
    warnings.add(text, toError(error))
  }
  return undefined
}
