import type { Priority, TaskInfo } from '@runwell/core'
import type { SentryLevel } from '../sdk/sentry-like.ts'

/** Returns the tags of every event about a task. */
export function taskTags(info: TaskInfo): Readonly<Record<string, string>> {
  return {
    'runwell.task': info.name,
    'runwell.owner': info.owner,
    'runwell.category': info.category,
    'runwell.priority': info.priority,
  }
}

const failureLevels: { readonly [P in Priority]: SentryLevel } = {
  low: 'warning',
  normal: 'error',
  high: 'error',
  critical: 'fatal',
}

const lostTaskLevels: { readonly [P in Priority]: SentryLevel } = {
  low: 'error',
  normal: 'error',
  high: 'fatal',
  critical: 'fatal',
}

/** Returns the level of a failed run. */
export function failureLevel(priority: Priority): SentryLevel {
  return failureLevels[priority]
}

/** Returns the level of an event about a task that no longer runs. */
export function lostTaskLevel(priority: Priority): SentryLevel {
  return lostTaskLevels[priority]
}
