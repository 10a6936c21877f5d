import { formatMs } from '../base/duration.ts'
import { recordError } from '../base/error-record.ts'
import type { SupervisorEvent } from '../events/events.ts'

/** How much attention an event deserves. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The level of an event where nobody says otherwise. What works is `debug`, so a healthy service is quiet. */
export function levelOf(event: SupervisorEvent): LogLevel {
  switch (event.type) {
    case 'task.gave-up':
    case 'task.parked':
    case 'task.stuck':
    case 'monitor.stalled':
      return 'error'
    case 'run.ended':
      if (event.outcome === 'succeeded' || event.outcome === 'cancelled') return 'debug'
      return event.info.priority === 'low' ? 'warn' : 'error'
    case 'health.changed':
      if (event.to === 'unhealthy') return event.info.priority === 'low' ? 'warn' : 'error'
      return event.to === 'degraded' ? 'warn' : 'info'
    case 'run.missed':
    case 'restart.scheduled':
    case 'restart.refused':
    case 'rule.failed':
    case 'observer.failed':
    case 'loop.blocked':
    case 'clock.jumped':
    case 'health.flapping':
      return 'warn'
    case 'shutdown.ended':
      return event.report.exitCode === 0 ? 'info' : 'error'
    case 'shutdown.started':
    case 'shutdown.class-ended':
    case 'task.registered':
    case 'task.unregistered':
    case 'task.paused':
    case 'task.resumed':
    case 'task.rescheduled':
    case 'health.settled':
      return 'info'
    case 'run.skipped':
    case 'run.retried':
      return event.type === 'run.retried' || event.reason === 'overlap' ? 'warn' : 'debug'
    default:
      return 'debug'
  }
}

/** An event as a sentence. */
export function describe(event: SupervisorEvent): string {
  switch (event.type) {
    case 'run.started':
      return `Task '${event.task}' runs (${event.trigger})`
    case 'run.ended':
      return `Task '${event.task}' ${event.outcome} after ${formatMs(event.durationMs)}${because(event.error)}`
    case 'run.skipped':
      return `Task '${event.task}' skips ${event.count}: ${event.reason}`
    case 'run.missed':
      return `Task '${event.task}' missed ${event.atLeast ? 'at least ' : ''}${event.count}`
    case 'run.retried':
      return `Task '${event.task}' tries again in ${formatMs(event.delayMs)}${because(event.error)}`
    case 'run.settled-late':
      return `Task '${event.task}': an abandoned run has ended after ${formatMs(event.ageMs)}`
    case 'run.ready':
      return `Task '${event.task}' is ready after ${formatMs(event.afterMs)}`
    case 'unit.ended':
      return `Task '${event.task}': unit '${event.unit}' ${event.outcome}${because(event.error)}`
    case 'restart.scheduled':
      return `Task '${event.task}' ${event.cause}: starts again in ${formatMs(event.delayMs)}${because(event.error)}`
    case 'restart.refused':
      return `Task '${event.task}' is not restarted: ${event.reason}`
    case 'task.parked':
      return `Task '${event.task}' is parked (${event.cause}), next trial in ${formatMs(event.trialAt - event.at)}${because(event.error)}`
    case 'task.gave-up':
      return `Task '${event.task}' is given up after ${event.restarts} restarts in ${formatMs(event.withinMs)}${because(event.error)}`
    case 'task.stuck':
      return `Task '${event.task}' is stuck: a run of ${formatMs(event.ageMs)} ignores its aborted signal`
    case 'task.paused':
      return `Task '${event.task}' is paused${event.reason === undefined ? '' : `: ${event.reason}`}`
    case 'task.stopped':
      return `Task '${event.task}' has stopped: ${event.reason}`
    case 'task.rescheduled':
      return `Task '${event.task}' has a new schedule: ${event.schedule.text}`
    case 'health.changed':
      return `Task '${event.task}' is ${event.to}, was ${event.from}${firstReason(event.health.reasons)}`
    case 'rule.opened':
      return `Task '${event.task}': ${event.rule}: ${event.reason}`
    case 'rule.closed':
      return `Task '${event.task}': ${event.rule} is over, after ${formatMs(event.at - event.since)}`
    case 'rule.failed':
      return `Task '${event.task}': rule ${event.rule} failed${because(event.error)}`
    case 'loop.blocked':
      return `The event loop was held for ${formatMs(event.ms)}${event.suspect ? `, most likely by '${event.suspect.task}'` : ''}`
    case 'clock.jumped':
      return `The wall clock jumped by ${formatMs(event.deltaMs)}`
    case 'monitor.ticked':
      return `${event.tasks} tasks, ${event.health}`
    case 'monitor.stalled':
      return `The timer was overdue by ${formatMs(event.overdueMs)}`
    case 'shutdown.started':
      return `Stopping: ${event.reason}`
    case 'shutdown.class-ended':
      return `Class ${event.priority} has stopped in ${formatMs(event.tookMs)}`
    case 'shutdown.ended':
      return `Stopped in ${formatMs(event.report.tookMs)}, ${event.report.abandoned.length} runs abandoned`
    case 'observer.failed':
      return `Observer '${event.observer}' failed in ${event.method}${because(event.error)}`
    default:
      return `Task '${event.task}': ${event.type.replace('.', ' ')}`
  }
}

/** Cut to size: a message may be that of a whole response. */
function because(error: Error | undefined): string {
  if (error === undefined) return ''
  const { name, message } = recordError(error)
  return `: ${name}: ${message}`
}

function firstReason(reasons: readonly { readonly reason: string }[]): string {
  const [first] = reasons
  return first === undefined ? '' : `: ${first.reason}`
}
