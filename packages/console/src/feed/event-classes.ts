import type { SupervisorEventType } from '@runwell/core'

/**
 * How long the console keeps events of each type. At least the newest 2,000 events of `change` and `rare` are kept,
 * usually for hours.
 *
 * - `change`: they say that the state of a task was changed, or that a lost run is run again. The page of the task
 *   lists them as changes.
 * - `rare`: other events that may explain a state hours later.
 * - `frequent`: kept until newer events push them out.
 *
 * If a type of event is missing here, the code does not compile.
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
  'run.lost': 'change',
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

/** Whether events of this type are `change` or `rare`. */
export function isKeptForHours(type: SupervisorEventType): boolean {
  return eventClasses[type] !== 'frequent'
}

export const changeTypes: readonly SupervisorEventType[] = Object.entries(eventClasses).flatMap(
  ([type, kind]) => (kind === 'change' ? [type as SupervisorEventType] : []),
)
