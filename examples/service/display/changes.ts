import type { Observer, SupervisorEvent } from '@runwell/core'
import { logLevel, logText } from '@runwell/core/adapter'
import { brief } from './paint.ts'

export function changeObserver(print: (line: string) => void): Observer {
  return {
    name: 'changes',
    onEvent(event) {
      const text = changeText(event)
      if (text !== undefined) print(`${clockText(event.at)} ${text}`)
    },
  }
}

export function changeText(event: SupervisorEvent): string | undefined {
  switch (event.type) {
    case 'task.started':
      return `${event.task} has started: ${event.info.schedule.text}, priority ${event.info.priority}, owner ${event.info.owner}`
    case 'run.ready':
      if (!event.info.schedule.restarts) return undefined
      return `${event.task} is ready after ${brief(event.afterMs)}`
    case 'run.ended':
      return event.outcome === 'succeeded'
        ? undefined
        : `${event.task} ${event.outcome} after ${brief(event.durationMs)}${because(event.error)}`
    case 'run.settled-late':
      return `${event.task} ended after all, ${brief(event.ageMs)} after its start`
    case 'run.missed':
      return `${event.task} missed ${event.count}`
    case 'restart.scheduled':
      return `${event.task} restarts in ${brief(event.delayMs)} (it ${event.cause})`
    case 'task.parked':
      return `${event.task} is parked${because(event.error)}; next trial in ${brief(event.trialAt - event.at)}`
    case 'task.stuck':
      return `${event.task} is stuck: a run ignores its abort signal`
    case 'task.gave-up':
      return `${event.task} gave up after ${event.restarts} restarts`
    case 'health.changed':
      return `${event.task} is ${event.to}${reasonOf(event.health.reasons[0])}`
    case 'control.performed':
      return logText(event)
    case 'loop.blocked':
      if (logLevel(event) === 'debug') return undefined // the service still starts
      return `the event loop was blocked for ${brief(event.ms)}${event.suspect ? `, by ${event.suspect.task}` : ''}`
    case 'observer.failed':
      return `observer ${event.observer} failed in ${event.method}${because(event.error)}`
    case 'shutdown.class-ended':
      return `stopped ${event.priority} in ${brief(event.tookMs)}: ${event.tasks.join(', ')}${left(event.abandoned)}`
    default:
      return undefined
  }
}

function because(error: Error | undefined): string {
  return error ? `: ${error.name}: ${error.message}` : ''
}

function reasonOf(reason: { readonly reason: string } | undefined): string {
  return reason ? `: ${reason.reason}` : ''
}

function left(abandoned: readonly string[]): string {
  return abandoned.length > 0 ? `; abandoned ${abandoned.join(', ')}` : ''
}

function clockText(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}
