import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { HealthStatus, RunScope, TaskInfo } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { resultOf } from '../base/results.ts'
import { toSeconds } from '../base/seconds.ts'

export function taskAttributes(info: TaskInfo, own: Attributes | undefined, supervisor: string): Attributes {
  return {
    ...own,
    [attr.taskName]: info.name,
    [attr.taskOwner]: info.owner,
    [attr.taskCategory]: info.category,
    [attr.taskPriority]: info.priority,
    [attr.taskSchedule]: info.schedule.text,
    ...(supervisor === 'default' ? {} : { [attr.supervisorName]: supervisor }),
  }
}

type Known = { [Key in (typeof attr)[keyof typeof attr]]?: AttributeValue }

/**
 * Returns the attributes that samplers can read. Every run calls this function. The keys are literals, because
 * computed keys would be ten times slower.
 */
export function startAttributes(scope: RunScope, health: HealthStatus | undefined): Attributes {
  const { task, previous, latenessMs, unit, attempt } = scope
  const attributes: Known = {
    'runwell.task.name': task.name,
    'runwell.task.trigger': scope.trigger,
  }
  if (previous !== undefined) attributes['runwell.task.run.previous_result'] = resultOf[previous.outcome]
  if (unit !== undefined) attributes['runwell.task.unit'] = unit
  else if (attempt > 1) attributes['runwell.task.run.attempt'] = attempt
  if (latenessMs !== undefined) attributes['runwell.task.schedule.lag'] = toSeconds(latenessMs)
  if (task.schedule.restarts) attributes['runwell.task.run.generation'] = scope.generation
  if (health !== undefined) attributes['runwell.task.health.state'] = health
  if (typeof task.trace === 'object') attributes['runwell.task.trace.ratio'] = task.trace.ratio
  return attributes
}
