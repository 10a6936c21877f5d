import type { ModulesContainer } from '@nestjs/core'
import { InvalidOptionError } from '@runwell/core'

/**
 * Makes Nest call the hooks of `first` and `last` in the right order. Nest orders modules by their distance from the
 * root module: it initialises the farthest module first and destroys it last. All global modules have the same
 * distance, so this function changes the distances.
 *
 * @param first - the module that Nest must initialise first
 * @param last - the module that Nest must initialise last and destroy first
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
