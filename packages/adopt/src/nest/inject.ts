import { Inject, type InjectionToken } from '@nestjs/common'

export const optionsToken = 'runwell:options'

/** Does the work of a parameter decorator. The decorator syntax would need a compiler option. */
export function inject(target: object, tokens: readonly InjectionToken[]): void {
  tokens.forEach((token, index) => {
    Inject(token)(target, undefined, index)
  })
}
