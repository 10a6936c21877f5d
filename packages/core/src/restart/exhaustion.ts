import { formatMs } from '../base/duration.ts'
import type { ExhaustionMode, GiveUpMode, ResolvedRestart } from './policy.ts'

/** The properties of one way to handle an exhausted restart budget. */
interface Exhaustion<State extends string> {
  /** The state of the task afterwards. */
  readonly state: State
  /** Whether the process is not live any more, so that `handleSignals` ends it. */
  readonly escalates: boolean
  /** Completes "The loop is then …", for `explain()`. */
  readonly describe: (policy: ResolvedRestart) => string
}

type Exhaustions = { readonly park: Exhaustion<'parked'> } & Readonly<
  Record<GiveUpMode, Exhaustion<'failed' | 'stopped'>>
>

/** Everything that core knows about {@link ExhaustionMode}. A new mode needs a row here and nothing elsewhere. */
export const exhaustions: Exhaustions = {
  park: {
    state: 'parked',
    escalates: false,
    describe: ({ park }) =>
      `parked: it is retried after ${formatMs(park.firstMs)} or as soon as the budget allows, whichever is later, then at growing intervals up to ${formatMs(park.maxMs)}`,
  },
  escalate: {
    state: 'failed',
    escalates: true,
    describe: () => 'given up for good, and the process should end',
  },
  stop: {
    state: 'stopped',
    escalates: false,
    describe: () => 'given up for good',
  },
}

export const exhaustionModes = Object.keys(exhaustions) as readonly ExhaustionMode[]

/** Whether the task is given up for good. A parked task is retried. */
export function isFinal(mode: ExhaustionMode): mode is GiveUpMode {
  return exhaustions[mode].state !== 'parked'
}
