import type { EventName, StateName } from './coverage.ts'

interface Impossible {
  readonly events: readonly EventName[]
  readonly states: readonly StateName[]
  readonly because: string
}

/** Combinations of an event and a state that cannot happen. The search must reach all other combinations. */
const impossible: readonly Impossible[] = [
  {
    events: ['host-skipped', 'host-missed', 'host-stopped'],
    states: ['backing-off', 'parked', 'failed', 'finished', 'stuck', 'absent'],
    because:
      'no task that other code runs has these states, and reports about a removed task end in the shell',
  },
  {
    events: ['reschedule'],
    states: ['backing-off', 'parked', 'failed'],
    because: 'only loops have these states, and rescheduling a loop throws before there is an event',
  },
  {
    events: ['judged'],
    states: ['registered'],
    because: 'no rule is judged before the task is armed, and an armed task never becomes unarmed',
  },
]

export function reasonFor(event: EventName, state: StateName): string | undefined {
  return impossible.find(({ events, states }) => events.includes(event) && states.includes(state))?.because
}
