import type { Explanation } from './explanation.ts'

export const schedule: readonly Explanation[] = []
