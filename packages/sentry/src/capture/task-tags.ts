import type { Priority, TaskInfo } from '@runwell/core'
import type { SentryLevel } from '../sdk/sentry-like.ts'

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

export function failureLevel(priority: Priority): SentryLevel {
  return failureLevels[priority]
}

export function lostTaskLevel(priority: Priority): SentryLevel {
  return lostTaskLevels[priority]
}
