import { inject } from 'vitest'
import type { Program } from './child-bundles.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly childBundles: Readonly<Record<Program, string>>
  }
}

export function bundleOf(program: Program): string {
  return inject('childBundles')[program]
}
