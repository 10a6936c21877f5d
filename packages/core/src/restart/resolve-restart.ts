import { InvalidOptionError } from '../base/errors.ts'
import { check } from '../base/options.ts'
import type { ResolvedRestart, RestartMode, RestartPolicy } from './policy.ts'
import { aMode, resolvePolicy } from './resolve-policy.ts'

/** Shared by all tasks without the option `restart`, so that equal configurations can be recognised. */
const defaultRestart = resolvePolicy({ mode: 'always' })

/**
 * Resolves the task option `restart`; `undefined` means `always()`.
 *
 * @throws {@link InvalidOptionError} unless `value` is a valid policy or the name of a mode.
 */
export function resolveRestart(value: RestartPolicy | RestartMode | undefined): ResolvedRestart {
  if (value === undefined) return defaultRestart
  if (typeof value === 'string') return resolvePolicy({ mode: check('restart', value, aMode) })
  if (typeof value === 'object' && value !== null) return resolvePolicy(value)
  throw new InvalidOptionError('restart', 'always(…), onFailure(…), never() or the name of a mode', value)
}
