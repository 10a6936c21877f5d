import { formatMs } from '../base/duration.ts'
import { logLevel, logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/** Shorter blocks of the event loop are not written. */
const minBlockMs = 500
/** A loop that calls neither `ready()` nor `beat()` counts as up when it has run for this long. */
const upAfterMs = 10_000

/** A loop that has failed and is not up again. */
interface DownLoop {
  /** Wall time, as all times of events. */
  readonly since: number
  restarts: number
  /** When it is up if it has not ended before. */
  upAt: number
}

/**
 * Used while the application attaches no observer: writes to the console what needs a look. These are failed runs and units,
 * runs that another process has lost, loops that are restarted for their health or are up again, tasks that are stuck, parked or given up, tasks that become
 * unhealthy or recover, controls that say who asks, rules that throw, and long blocks of the event loop. `ConsoleWarnings`
 * limits them to one line a minute for each subject.
 */
export function consoleObserver(warnings: ConsoleWarnings): Observer {
  /** Tasks whose `unhealthy` was written, so that their recovery is written, too. */
  const unhealthy = new Set<string>()
  const down = new Map<string, DownLoop>()

  const reportUp = (task: string, { since, restarts }: DownLoop, at: number): void => {
    down.delete(task)
    const count = restarts === 1 ? '1 restart' : `${restarts} restarts`
    warnings.add(`Task '${task}' is up after ${formatMs(at - since)} and ${count}`, undefined, `${task} up`)
  }

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
      case 'restart.scheduled':
        // For every other cause there is a line already, or it is not a failure.
        return event.cause === 'unhealthy' ? `${event.task} ${event.type}` : undefined
      case 'run.ready':
      case 'monitor.ticked':
        return undefined
      case 'task.unregistered':
        unhealthy.delete(event.task)
        down.delete(event.task)
        return undefined
      default:
        return logLevel(event) === 'debug' || !('task' in event) ? undefined : `${event.task} ${event.type}`
    }
  }

  return {
    name: 'console',
    eventTypes: [
      'run.ended',
      'run.lost',
      'run.ready',
      'unit.ended',
      'restart.scheduled',
      'monitor.ticked',
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
      followLoops(down, event, reportUp)
      const subject = subjectOf(event)
      if (subject !== undefined) warnings.add(logText(event), undefined, subject)
    },
  }
}

/** Only `unhealthy` and the recovery from it are written, not the changes in between. */
function changeOf(unhealthy: Set<string>, { task, to, type }: EventOf<'health.changed'>): string | undefined {
  if (to === 'unhealthy') unhealthy.add(task)
  else if (to !== 'healthy' || !unhealthy.delete(task)) return undefined
  return `${task} ${type} ${to}`
}

/** Notes which loops go down, and calls `reportUp` for each that has come up. */
function followLoops(
  down: Map<string, DownLoop>,
  event: SupervisorEvent,
  reportUp: (task: string, loop: DownLoop, at: number) => void,
): void {
  switch (event.type) {
    case 'restart.scheduled': {
      if (event.cause === 'returned' || event.cause === 'manual') return
      const loop = down.get(event.task) ?? { since: event.at, restarts: 0, upAt: 0 }
      loop.restarts += 1
      loop.upAt = event.at + event.delayMs + upAfterMs
      down.set(event.task, loop)
      return
    }
    case 'task.parked': {
      const loop = down.get(event.task) ?? { since: event.at, restarts: 0, upAt: 0 }
      loop.restarts += 1 // its trial
      loop.upAt = event.trialAt + upAfterMs
      down.set(event.task, loop)
      return
    }
    case 'run.ready': {
      const loop = down.get(event.task)
      if (loop !== undefined) reportUp(event.task, loop, event.at)
      return
    }
    case 'monitor.ticked':
      for (const [task, loop] of down) if (loop.upAt <= event.at) reportUp(task, loop, loop.upAt - upAfterMs)
      return
    case 'task.gave-up':
      down.delete(event.task)
  }
}
