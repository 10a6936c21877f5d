import { oneOf } from '../base/check.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { checkPolicy } from './check.ts'
import { always, never, onFailure } from './modes.ts'
import type { RestartPolicy } from './policy.ts'

export { resolveRetry } from './retry.ts'

const makers = { always, 'on-failure': onFailure, never } as const
const modes = ['always', 'on-failure', 'never'] as const

/** One for all tasks that ask for none, so that they can be seen to be alike. */
const unlessTold = always()

/**
 * The policy that the option `restart` of a task stands for. `undefined` is `always()`.
 *
 * @throws {@link InvalidOptionError} when it is neither a policy nor the name of a mode.
 */
export function resolveRestart(value: RestartPolicy | RestartPolicy['mode'] | undefined): RestartPolicy {
  if (value === undefined) return unlessTold
  if (typeof value === 'string') return makers[oneOf('restart', value, modes)]()
  if (typeof value === 'object' && value !== null) return checkPolicy(value)
  throw new InvalidOptionError('restart', 'always(…), onFailure(…), never() or the name of a mode', value)
}
