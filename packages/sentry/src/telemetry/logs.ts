import type { SupervisorEvent } from '@runwell/core'
import { cutText, errorName, FleetOutage, logLevel, logText } from '@runwell/core/adapter'
import { resultOf } from '../base/run-result.ts'
import type { SentryLike } from '../sdk/sentry-like.ts'

type Attributes = Record<string, string | number | boolean>

export class Logs {
  readonly #sentry: SentryLike
  readonly #outage = new FleetOutage()

  constructor(sentry: SentryLike) {
    this.#sentry = sentry
  }

  onEvent(event: SupervisorEvent): void {
    const caused = this.#outage.follow(event)
    if (caused === 'repeat') return
    const attributes = attributesOf(event)
    const level = logLevel(event)
    // Events of successful runs have the level `debug`. Their logs would cost more than all other logs.
    if (attributes === undefined || level === 'debug') return
    const info = 'info' in event ? event.info : undefined
    const ofTask = info && {
      'runwell.task.name': info.name,
      'runwell.task.owner': info.owner,
      'runwell.task.category': info.category,
      'runwell.task.priority': info.priority,
    }
    const text = caused === 'first' ? this.#outage.firstText(event, 'are not logged') : logText(event)
    this.#sentry.logger?.[level](text, { ...ofTask, ...attributes })
  }
}

function attributesOf(event: SupervisorEvent): Attributes | undefined {
  switch (event.type) {
    case 'run.ended':
      return {
        ...event.annotations,
        'runwell.task.run.id': event.runId,
        'runwell.task.run.result': resultOf[event.outcome],
        'runwell.task.run.duration': event.durationMs / 1000,
        ...(event.error && { 'error.type': errorName(event.error), 'error.message': messageOf(event.error) }),
      }
    case 'run.lost':
    case 'run.handed-over':
      return {
        'runwell.task.run.id': event.runId,
        'runwell.task.run.attempt': event.attempt,
        'runwell.supervisor.instance.id': event.instanceId,
        ...event.annotations,
      }
    case 'control.performed':
      return {
        'runwell.control.name': event.control,
        'runwell.control.result': event.result,
        ...(event.by === undefined ? {} : { 'runwell.control.by': event.by }),
        ...(event.reason === undefined ? {} : { 'runwell.control.reason': event.reason }),
      }
    case 'restart.scheduled':
      return { 'runwell.task.restart.reason': event.cause }
    case 'health.changed':
      return { 'runwell.task.health.state': event.to }
    case 'loop.blocked':
      return { 'runwell.suspect': event.suspect?.task ?? '' }
    case 'task.parked':
    case 'task.gave-up':
    case 'task.stuck':
    case 'monitor.stalled':
    case 'shutdown.started':
    case 'shutdown.ended':
      return {}
    default:
      return undefined
  }
}

/** Truncates the message, because it may contain a whole HTTP response. */
function messageOf({ message }: Error): string {
  return cutText(String(message), 1_024)
}
