import type { EventName, StateName } from './coverage.ts'

interface Impossible {
  readonly events: readonly EventName[]
  readonly states: readonly StateName[]
  readonly because: string
}

/** What can't happen, and why. Everything else must be seen. */
const impossible: readonly Impossible[] = [
  {
    events: ['reschedule'],
    states: ['backing-off', 'parked', 'failed'],
    because: 'only loops are, and a change to or from a loop throws before it is an event',
  },
  {
    events: ['judged'],
    states: ['registered'],
    because: 'no rule is asked before the task is armed, and nothing makes an armed task one that is not',
  },
]

/** Why `event` never meets a task in `state`; `undefined` if it should. */
export function reasonFor(event: EventName, state: StateName): string | undefined {
  return impossible.find(({ events, states }) => events.includes(event) && states.includes(state))?.because
}
