import type { SupervisorEvent } from '@runwell/core'

/** Types of events that say how the state of a task was changed, in contrast to what its runs did. They are rare. */
export const lifecycleTypes = [
  'control.performed',
  'task.registered',
  'task.started',
  'task.paused',
  'task.resumed',
  'task.rescheduled',
  'task.parked',
  'task.gave-up',
  'task.stuck',
  'health.changed',
] as const satisfies readonly SupervisorEvent['type'][]
