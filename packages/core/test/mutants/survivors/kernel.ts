import type { Explanation } from './explanation.ts'

export const kernel: readonly Explanation[] = []
