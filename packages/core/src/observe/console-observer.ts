import { logLevel, logText } from '../events/catalogue.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/**
 * Used while the application attaches no observer: writes failed runs and units, and tasks that are stuck, parked or given up to the
 * console. `ConsoleWarnings` limits them to one line a minute for each task and event type.
 */
export function consoleObserver(warnings: ConsoleWarnings): Observer {
  return {
    name: 'console',
    eventTypes: ['run.ended', 'unit.ended', 'task.stuck', 'task.parked', 'task.gave-up'],
    onEvent(event) {
      if (logLevel(event) === 'debug' || !('task' in event)) return
      warnings.add(logText(event), undefined, `${event.task} ${event.type}`)
    },
  }
}
