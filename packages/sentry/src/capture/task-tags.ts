import type { Priority, TaskInfo } from '@runwell/core'
import type { SentryLevel } from '../sdk/sentry-like.ts'

/** The tags that every event of a task bears. */
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

const goneLevels: { readonly [P in Priority]: SentryLevel } = {
  low: 'error',
  normal: 'error',
  high: 'fatal',
  critical: 'fatal',
}

/** How bad it is that a run of such a task failed. */
export function failureLevel(priority: Priority): SentryLevel {
  return failureLevels[priority]
}

/** How bad it is that such a task runs no more. */
export function goneLevel(priority: Priority): SentryLevel {
  return goneLevels[priority]
}
