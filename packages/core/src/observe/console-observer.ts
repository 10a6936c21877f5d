import { formatMs } from '../base/duration.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/** What speaks up while nobody observes: failures, give-ups, stuck and abandoned runs, a line a minute for each task. */
export function consoleObserver(warnings: ConsoleWarnings): Observer {
  return {
    name: 'console',
    eventTypes: ['run.ended', 'task.stuck', 'task.parked', 'task.gave-up'],
    onEvent(event) {
      const line = lineOf(event)
      if (line === undefined || !('task' in event)) return
      const error = 'error' in event ? event.error : undefined
      warnings.add(`Task '${event.task}' ${line}`, error, `${event.task} ${event.type}`)
    },
  }
}

function lineOf(event: SupervisorEvent): string | undefined {
  switch (event.type) {
    case 'run.ended':
      if (event.outcome === 'failed') return `failed after ${formatMs(event.durationMs)}`
      if (event.outcome === 'timed-out') return `timed out after ${formatMs(event.durationMs)}`
      if (event.outcome === 'abandoned')
        return `ignores its aborted signal and is abandoned, run ${event.runId}`
      return undefined
    case 'task.stuck':
      return `is stuck: run ${event.runId} has lived for ${formatMs(event.ageMs)} and blocks the next one`
    case 'task.parked':
      return `is parked: its restart budget is exhausted (${event.cause}), next trial in ${formatMs(event.trialAt - event.at)}`
    case 'task.gave-up':
      return `is given up after ${event.restarts} restarts in ${formatMs(event.withinMs)} (${event.cause})`
    default:
      return undefined
  }
}
