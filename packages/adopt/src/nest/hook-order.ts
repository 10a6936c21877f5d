import type { ModulesContainer } from '@nestjs/core'
import { InvalidOptionError } from '@runwell/core'

/**
 * Sets the order in which Nest calls the hooks of modules. Nest orders modules by their distance from the root: the
 * farthest is initialised first and destroyed last. All global modules have the same distance.
 *
 * @param first - the module that is initialised first
 * @param last - the module that is initialised last, and destroyed first
 * @throws {@link InvalidOptionError} if `last` is imported more than once
 */
export function orderHooks(modules: ModulesContainer, first: unknown, last: unknown): void {
  const own = [...modules.values()].filter(({ metatype }) => metatype === last)
  if (own.length > 1) {
    const message = `RunwellModule is imported ${own.length} times. Import it once, in the root module: it is global.`
    throw new InvalidOptionError('imports', 'one RunwellModule', own.length, undefined, message)
  }
  for (const module of modules.values()) {
    if (module.metatype === first) module.distance = Number.POSITIVE_INFINITY
    if (module.metatype === last) module.distance = Number.NEGATIVE_INFINITY
  }
}
