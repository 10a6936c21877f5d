import { formatMs } from '../base/duration.ts'
import { upAfterMs } from '../base/schedule-info.ts'
import { logLevel, logText, longBlockMs } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent } from '../events/events.ts'
import type { ConsoleWarnings, Topic } from './console-warnings.ts'
import type { Observer } from './observer.ts'

/** A loop that was restarted after a failure, or parked, and is not reported as up yet. */
interface DownLoop {
  readonly since: number
  readonly restarts: number
  readonly startsAt: number
  /** Wall time at which the loop counts as up without `ready()` and `beat()`. */
  readonly upAt: number
}

export function consoleObserver(warnings: ConsoleWarnings): Observer {
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
      case 'fleet.joined':
        return event.type
      case 'fleet.down':
      case 'fleet.up':
        isFleetDown = event.type === 'fleet.down'
        return { subject: 'fleet', state: event.type }
      case 'loop.blocked':
        return event.ms < longBlockMs || logLevel(event) === 'debug'
          ? undefined
          : `${event.type} ${event.suspect?.task}`
      case 'control.performed':
        return controlTopic(event)
      case 'rule.failed':
        return `${event.task} ${event.type} ${event.rule}`
      case 'restart.scheduled':
        // A run that a rule restarts ends as cancelled, which the console does not show. For any other cause, the
        // failed run has its own line, or no run has failed.
        return event.cause === 'unhealthy' ? `${event.task} ${event.type}` : undefined
      case 'task.overruled':
        return { subject: `${event.task} ${event.type}`, state: String(event.overruledBy?.schedule) }
      case 'run.ended':
        // The outcome is the state. So a timeout is written immediately, even if a failure has just been written.
        return logLevel(event) === 'debug'
          ? undefined
          : { subject: `${event.task} ${event.type}`, state: event.outcome }
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
      'run.handed-over',
      'run.ready',
      'unit.ended',
      'restart.scheduled',
      'monitor.ticked',
      'task.stuck',
      'task.parked',
      'task.gave-up',
      'task.unregistered',
      'task.overruled',
      'health.changed',
      'control.performed',
      'rule.failed',
      'loop.blocked',
      'fleet.joined',
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
 * A task's health is not reported before the task is unhealthy for the first time. After that, all changes are
 * reported, except a change to `unknown`. Tasks of a fleet that become unhealthy while the fleet is down share one
 * topic. So the console gets one line for all of them.
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

/** `pause` and `resume` have the same subject. So the last line of this subject says whether the task is paused. */
function controlTopic({ task, type, control, by, result }: EventOf<'control.performed'>): Topic {
  const isPause = control === 'pause' || control === 'resume'
  const state = `${control} ${by} ${result}`
  return { subject: `${task} ${type} ${isPause ? 'pause' : state}`, state }
}

function followLoops(
  down: Map<string, DownLoop>,
  event: SupervisorEvent,
  reportUp: (task: string, loop: DownLoop, at: number) => void,
): void {
  switch (event.type) {
    case 'restart.scheduled':
      if (event.cause !== 'returned' && event.cause !== 'manual')
        goesDown(down, event, event.at + event.delayMs)
      return
    case 'task.parked':
      goesDown(down, event, event.trialAt)
      return
    case 'run.ready': {
      const loop = down.get(event.task)
      if (loop !== undefined) reportUp(event.task, loop, event.at)
      return
    }
    case 'monitor.ticked':
      for (const [task, loop] of down) if (loop.upAt <= event.at) reportUp(task, loop, loop.startsAt)
      return
    case 'task.gave-up':
      down.delete(event.task)
  }
}

function goesDown(
  down: Map<string, DownLoop>,
  { task, info, at }: EventOf<'restart.scheduled' | 'task.parked'>,
  startsAt: number,
): void {
  const { since, restarts } = down.get(task) ?? { since: at, restarts: 0 }
  down.set(task, { since, restarts: restarts + 1, startsAt, upAt: startsAt + upAfterMs(info.schedule) })
}
