import type { SupervisorEventType } from '@runwell/core'

/**
 * How long the console keeps events of each type:
 *
 * - `change`: they say how the state of a task was changed, in contrast to what its runs did. Kept for hours, and listed as
 *   changes on the page of the task.
 * - `rare`: they explain a state hours later. Kept for hours.
 * - `frequent`: kept until newer events push them out.
 *
 * A type of event that is missing here is a type error.
 */
const eventClasses = {
  'task.registered': 'change',
  'task.unregistered': 'rare',
  'task.started': 'change',
  'task.stopped': 'rare',
  'task.paused': 'change',
  'task.resumed': 'change',
  'control.performed': 'change',
  'task.rescheduled': 'change',
  'task.parked': 'change',
  'task.gave-up': 'change',
  'task.stuck': 'change',
  'run.started': 'frequent',
  'run.ready': 'frequent',
  'run.retried': 'frequent',
  'run.ended': 'frequent',
  'run.settled-late': 'frequent',
  'run.skipped': 'frequent',
  'run.lost': 'rare',
  'run.missed': 'rare',
  'unit.ended': 'frequent',
  'restart.scheduled': 'frequent',
  'restart.refused': 'frequent',
  'health.changed': 'change',
  'health.flapping': 'rare',
  'health.settled': 'rare',
  'rule.opened': 'frequent',
  'rule.closed': 'frequent',
  'rule.failed': 'frequent',
  'monitor.ticked': 'frequent',
  'monitor.stalled': 'rare',
  'loop.blocked': 'rare',
  'fleet.down': 'rare',
  'fleet.up': 'rare',
  'clock.jumped': 'rare',
  'shutdown.started': 'rare',
  'shutdown.class-ended': 'rare',
  'shutdown.ended': 'rare',
  'observer.failed': 'rare',
} as const satisfies Record<SupervisorEventType, 'change' | 'rare' | 'frequent'>

/** Whether the console keeps events of this type for hours. */
export function isKeptForHours(type: SupervisorEventType): boolean {
  return eventClasses[type] !== 'frequent'
}

/** Types of events that say how the state of a task was changed. */
export const changeTypes: readonly SupervisorEventType[] = Object.entries(eventClasses).flatMap(
  ([type, kind]) => (kind === 'change' ? [type as SupervisorEventType] : []),
)
