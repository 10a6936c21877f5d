import { InvalidOptionError } from '../base/errors.ts'
import { check } from '../base/options.ts'
import type { ResolvedRestart, RestartMode, RestartPolicy } from './policy.ts'
import { aMode, resolvePolicy } from './resolve-policy.ts'

/** All loops without the option `restart` share this object. This makes equal configurations easy to recognise. */
const defaultRestart = resolvePolicy({ mode: 'always' })

export function resolveRestart(value: RestartPolicy | RestartMode | undefined): ResolvedRestart {
  if (value === undefined) return defaultRestart
  if (typeof value === 'string') return resolvePolicy({ mode: check('restart', value, aMode) })
  if (typeof value === 'object' && value !== null) return resolvePolicy(value)
  throw new InvalidOptionError('restart', 'always(…), onFailure(…), never() or the name of a mode', value)
}
