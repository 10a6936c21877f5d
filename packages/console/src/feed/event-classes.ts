import type { SupervisorEventType } from '@runwell/core'

/**
 * How long the console usually keeps events.
 *
 * - `change`: for hours. The page of the task lists the event as a change.
 * - `rare`: for hours, because the event may explain a later state.
 * - `frequent`: until newer events replace it.
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
  'task.overruled': 'change',
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
  'run.handed-over': 'change',
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
  'fleet.joined': 'rare',
  'fleet.down': 'rare',
  'fleet.up': 'rare',
  'clock.jumped': 'rare',
  'shutdown.started': 'rare',
  'shutdown.class-ended': 'rare',
  'shutdown.ended': 'rare',
  'observer.failed': 'rare',
} as const satisfies Record<SupervisorEventType, 'change' | 'rare' | 'frequent'>

export function isKeptForHours(type: SupervisorEventType): boolean {
  return eventClasses[type] !== 'frequent'
}

export const changeTypes: readonly SupervisorEventType[] = Object.entries(eventClasses).flatMap(
  ([type, kind]) => (kind === 'change' ? [type as SupervisorEventType] : []),
)

/** Events about one task that also change the view of the process. */
export const changesProcess: ReadonlySet<string> = new Set<SupervisorEventType>([
  'task.registered',
  'task.unregistered',
  'task.paused',
  'task.resumed',
  'health.changed',
])
