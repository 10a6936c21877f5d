import type { Explanation } from './explanation.ts'

export const restart: readonly Explanation[] = [
  {
    file: 'restart/ledger.ts',
    from: 'return at !== undefined && now - at > withinMs',
    to: ['return true && now - at > withinMs'],
    why: 'a difference with undefined is NaN, which is never greater',
  },
  {
    file: 'restart/spacing.ts',
    from: 'for (let next = restartTimes[index]; next !== undefined && next < found + gap; next = restartTimes[index]) {',
    to: ['for (let next = restartTimes[index]; true && next < found + gap; next = restartTimes[index]) {'],
    why: 'undefined is not less than a number',
  },
]
