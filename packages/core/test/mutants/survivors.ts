/** Why a mutant that Stryker makes is noticed by nobody, and why that is right. */
export interface Explanation {
  /** Below `src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  readonly why: string
}

/** Every mutant that survives has to be here. */
export const explanations: readonly Explanation[] = [
  {
    file: 'restart/ledger.ts',
    from: 'return at !== undefined && now - at > withinMs',
    to: 'return true && now - at > withinMs',
    why: 'what is compared with nothing is not a number, and no number is greater',
  },
  {
    file: 'restart/spacing.ts',
    from: 'for (let next = places[index]; next !== undefined && next < found + gap; next = places[index]) {',
    to: 'for (let next = places[index]; true && next < found + gap; next = places[index]) {',
    why: 'nothing is not less than a number either',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'if (!needed || (classOf.get(name) ?? 0) >= own) continue',
    to: 'if (!needed || (classOf.get(name) ?? 0) > own) continue',
    why: 'what is in the class already is put there once more: more steps, the same plan',
  },
  {
    file: 'shutdown/plan.ts',
    from: 'for (const { name } of tasks) classes[classOf.get(name) ?? 0]?.push(name)',
    to: 'for (const { name } of tasks) classes[classOf.get(name) ?? 0].push(name)',
    why: 'there is a list for each class; the compiler does not know',
  },
  {
    file: 'shutdown/signals.ts',
    from: 'timer?.cancel()',
    to: 'timer.cancel()',
    why: 'a promise calls what makes it at once, so the timer is there; the compiler does not know',
  },
]
