import { formatMs } from '../base/duration.ts'
import type { ExhaustionMode, GiveUpMode, ResolvedRestart } from './policy.ts'

interface Exhaustion<Retried extends boolean> {
  readonly retried: Retried
  readonly state: 'parked' | 'failed' | 'stopped'
  /** Whether the liveness probe fails after a loop was given up, unless its task has `liveness: false`. */
  readonly escalates: boolean
  /** Completes the sentence "The loop is then …". */
  readonly describe: (policy: ResolvedRestart) => string
}

type Exhaustions = { readonly park: Exhaustion<true> } & Readonly<Record<GiveUpMode, Exhaustion<false>>>

/** A new mode needs its name in {@link ExhaustionMode} and a row in this table. */
export const exhaustions: Exhaustions = {
  park: {
    retried: true,
    state: 'parked',
    escalates: false,
    describe: ({ park }) =>
      `parked: it is retried after ${formatMs(park.firstMs)} or as soon as the budget allows, whichever is later, then at growing intervals up to ${formatMs(park.maxMs)}`,
  },
  escalate: {
    retried: false,
    state: 'failed',
    escalates: true,
    describe: () => 'given up for good, and the process should end',
  },
  stop: {
    retried: false,
    state: 'stopped',
    escalates: false,
    describe: () => 'given up for good',
  },
}

export const exhaustionModes = Object.keys(exhaustions) as readonly ExhaustionMode[]

export function isFinal(mode: ExhaustionMode): mode is GiveUpMode {
  return !exhaustions[mode].retried
}
