import { Inject, type InjectionToken } from '@nestjs/common'

/** The token of the options of `RunwellModule`. */
export const optionsToken = 'runwell:options'

/** Sets what Nest injects into a constructor. Decorators would do the same, but need a compiler option. */
export function inject(target: object, tokens: readonly InjectionToken[]): void {
  tokens.forEach((token, index) => {
    Inject(token)(target, undefined, index)
  })
}
