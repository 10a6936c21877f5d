import { logLevel, logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/** A shorter block of the event loop is not worth a line. */
const minBlockMs = 500

/**
 * Used while the application attaches no observer: writes to the console what needs a look. That is failed runs and units,
 * tasks that are stuck, parked or given up, tasks that become unhealthy or recover, what people ask of a task, rules that
 * throw, and long blocks of the event loop. `ConsoleWarnings` limits them to one line a minute for each subject.
 */
export function consoleObserver(warnings: ConsoleWarnings): Observer {
  /** Tasks whose `unhealthy` was written, so that their recovery is written, too. */
  const unhealthy = new Set<string>()

  const subjectOf = (event: SupervisorEvent): string | undefined => {
    switch (event.type) {
      case 'health.changed':
        return changeOf(unhealthy, event)
      case 'loop.blocked':
        return event.ms < minBlockMs ? undefined : `${event.type} ${event.suspect?.task}`
      case 'control.performed':
        return `${event.task} ${event.type} ${event.control} ${event.by} ${event.result}`
      case 'rule.failed':
        return `${event.task} ${event.type} ${event.rule}`
      case 'task.unregistered':
        unhealthy.delete(event.task)
        return undefined
      default:
        return logLevel(event) === 'debug' || !('task' in event) ? undefined : `${event.task} ${event.type}`
    }
  }

  return {
    name: 'console',
    eventTypes: [
      'run.ended',
      'unit.ended',
      'task.stuck',
      'task.parked',
      'task.gave-up',
      'task.unregistered',
      'health.changed',
      'control.performed',
      'rule.failed',
      'loop.blocked',
    ],
    onEvent(event) {
      const subject = subjectOf(event)
      if (subject !== undefined) warnings.add(logText(event), undefined, subject)
    },
  }
}

/** Only `unhealthy` and the recovery from it are written: what is between them is in the health of the task. */
function changeOf(unhealthy: Set<string>, { task, to, type }: EventOf<'health.changed'>): string | undefined {
  if (to === 'unhealthy') unhealthy.add(task)
  else if (to !== 'healthy' || !unhealthy.delete(task)) return undefined
  return `${task} ${type} ${to}`
}
