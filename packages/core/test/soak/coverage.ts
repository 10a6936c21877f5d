import { outcomes, restartCauses, skipReasons, triggers } from '../../src/adapter/index.ts'
import type { SupervisorEvent } from '../../src/index.ts'

const kinds: readonly string[] = [
  ...[
    'registered',
    'unregistered',
    'started',
    'stopped',
    'paused',
    'resumed',
    'rescheduled',
    'parked',
    'stuck',
  ].map((one) => `task.${one}`),
  ...['escalate', 'stop'].map((how) => `task.gave-up ${how}`),
  ...triggers.map((trigger) => `run.started ${trigger}`),
  ...outcomes.map((outcome) => `run.ended ${outcome}`),
  ...skipReasons.map((reason) => `run.skipped ${reason}`),
  ...restartCauses.map((cause) => `restart.scheduled ${cause}`),
  ...['ready', 'retried', 'missed', 'settled-late'].map((one) => `run.${one}`),
  ...['succeeded', 'failed', 'cancelled'].map((outcome) => `unit.ended ${outcome}`),
  ...['opened', 'closed', 'failed'].map((one) => `rule.${one}`),
  ...['changed', 'flapping', 'settled'].map((one) => `health.${one}`),
  ...['correction', 'gap'].map((how) => `clock.jumped ${how}`),
  ...['started', 'class-ended', 'ended'].map((one) => `shutdown.${one}`),
  'restart.refused',
  'monitor.ticked',
  'loop.blocked',
  'observer.failed',
]

const counts = new Map<string, number>(kinds.map((kind) => [kind, 0]))

export function countKind(event: SupervisorEvent): void {
  const kind = kindOf(event)
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
}

function kindOf(event: SupervisorEvent): string {
  switch (event.type) {
    case 'run.started':
      return `${event.type} ${event.trigger}`
    case 'run.ended':
    case 'unit.ended':
      return `${event.type} ${event.outcome}`
    case 'run.skipped':
      return `${event.type} ${event.reason}`
    case 'restart.scheduled':
      return `${event.type} ${event.cause}`
    case 'task.gave-up':
      return `${event.type} ${event.how}`
    case 'clock.jumped':
      return `${event.type} ${event.treatedAs}`
    default:
      return event.type
  }
}

export function coverage(): readonly (readonly [string, number])[] {
  return [...counts].sort(([, a], [, b]) => a - b)
}
