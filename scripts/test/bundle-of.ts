import { inject } from 'vitest'
import type { Program } from './child-bundles.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly childBundles: Readonly<Record<Program, string>>
  }
}

/** The file to run instead of the source of `program`. It exists until the test run ends. */
export function bundleOf(program: Program): string {
  return inject('childBundles')[program]
}
