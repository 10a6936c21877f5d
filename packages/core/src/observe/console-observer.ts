import { formatMs } from '../base/duration.ts'
import { logLevel, logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'
import type { ConsoleWarnings, Topic } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/** A shorter block of the event loop, in milliseconds, is not written to the console. */
const minBlockMs = 500
/** A restarted loop that calls neither `ready()` nor `beat()` is reported as up when it has run for this long. */
const upAfterMs = 10_000

/** A loop that is being restarted and has not been reported as up yet. */
interface DownLoop {
  /** Wall time of the first restart or parking. */
  readonly since: number
  restarts: number
  /** Wall time at which the loop is reported as up, unless another restart is scheduled before. */
  upAt: number
}

/**
 * Creates the observer that writes events that need attention to the console, such as failed runs and unhealthy tasks.
 * A supervisor uses it if the application attaches no observer, or sets `keepConsole`. {@link ConsoleWarnings} limits
 * how often lines are repeated.
 */
export function consoleObserver(warnings: ConsoleWarnings): Observer {
  /** For each task that has ever become unhealthy, the subject of the console lines about its health. */
  const topics = new Map<string, string>()
  let isFleetDown = false
  const down = new Map<string, DownLoop>()

  const reportUp = (task: string, { since, restarts }: DownLoop, at: number): void => {
    down.delete(task)
    const count = restarts === 1 ? '1 restart' : `${restarts} restarts`
    const text = `Task '${task}' is up after ${formatMs(at - since)} and ${count}`
    warnings.add(text, undefined, { subject: `${task} run.ended`, state: 'up' })
  }

  const topicOf = (event: SupervisorEvent): Topic | string | undefined => {
    switch (event.type) {
      case 'health.changed':
        return changeOf(topics, event, isFleetDown)
      case 'fleet.down':
      case 'fleet.up':
        isFleetDown = event.type === 'fleet.down'
        return { subject: 'fleet', state: event.type }
      case 'loop.blocked':
        return event.ms < minBlockMs ? undefined : `${event.type} ${event.suspect?.task}`
      case 'control.performed':
        return controlTopic(event)
      case 'rule.failed':
        return `${event.task} ${event.type} ${event.rule}`
      case 'restart.scheduled':
        // Any other restart follows the end of a run, and a failed run already has its own line.
        return event.cause === 'unhealthy' ? `${event.task} ${event.type}` : undefined
      case 'run.ready':
      case 'monitor.ticked':
        return undefined
      case 'task.unregistered':
        topics.delete(event.task)
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
      'fleet.down',
      'fleet.up',
    ],
    onEvent(event) {
      followLoops(down, event, reportUp)
      const topic = topicOf(event)
      if (topic !== undefined) warnings.add(logText(event), undefined, topic)
    },
  }
}

/**
 * Returns the topic of a change of health, or `undefined` if no line is written about the change. A change to `unknown`
 * gets no line. A change to `degraded` or `healthy` gets a line only after the task has been unhealthy once. All tasks
 * of a fleet that become unhealthy while the fleet is down share one topic, so that they do not fill the console.
 */
function changeOf(
  topics: Map<string, string>,
  { task, info, to, type }: EventOf<'health.changed'>,
  isFleetDown: boolean,
): Topic | string | undefined {
  if (to === 'unknown') return undefined
  if (to === 'unhealthy') topics.set(task, isFleetDown && info.fleet !== undefined ? type : `${task} ${type}`)
  const subject = topics.get(task)
  return subject === undefined || subject === type ? subject : { subject, state: to }
}

/**
 * `pause` and `resume` of a task have the same subject. So if lines are held back, the last line says whether the task
 * is paused. Every other control has its own subject.
 */
function controlTopic({ task, type, control, by, result }: EventOf<'control.performed'>): Topic {
  const isPause = control === 'pause' || control === 'resume'
  const state = `${control} ${by} ${result}`
  return { subject: `${task} ${type} ${isPause ? 'pause' : state}`, state }
}

/** Adds each loop that is restarted or parked to `down`, and calls `reportUp` for each loop that is up again. */
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
