import type { ModulesContainer } from '@nestjs/core'
import { InvalidOptionError } from '@runwell/core'

/**
 * Makes Nest initialise the module `first` before all other modules, and `last` after all other modules. Nest
 * destroys modules in reverse order, so it destroys `last` before all other modules.
 *
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
