import type { Explanation } from './explanation.ts'

/** Of the files that end things: `stop.ts`, `leave.ts`, `disarm.ts` and `state.ts`. */
export const kernelStop: readonly Explanation[] = []
