import { Inject, type InjectionToken } from '@nestjs/common'

export const optionsToken = 'runwell:options'

/** Sets what Nest injects into the constructor of `target`. Parameter decorators would need a compiler option. */
export function inject(target: object, tokens: readonly InjectionToken[]): void {
  tokens.forEach((token, index) => {
    Inject(token)(target, undefined, index)
  })
}
