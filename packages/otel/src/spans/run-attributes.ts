import type { Attributes } from '@opentelemetry/api'
import type { HealthStatus, RunScope, TaskInfo } from '@runwell/core'
import { attr } from '../names.ts'
import { resultOf } from '../results.ts'

/** What is the same for all spans of a task. */
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

/** What a run knows at its start. All that a sampler may want is here, since it sees nothing that comes later. */
export function startAttributes(
  base: Attributes,
  scope: RunScope,
  health: HealthStatus | undefined,
): Attributes {
  const attributes: Attributes = {
    ...base,
    [attr.runId]: scope.runId,
    [attr.runTrigger]: scope.trigger,
    [attr.runAttempt]: scope.attempt,
  }
  if (scope.scheduledAt !== undefined) {
    attributes[attr.taskScheduledTime] = new Date(scope.scheduledAt).toISOString()
  }
  if (scope.latenessMs !== undefined) attributes[attr.taskScheduleLag] = scope.latenessMs / 1000
  if (scope.previous !== undefined) attributes[attr.runPreviousResult] = resultOf[scope.previous.outcome]
  if (scope.task.schedule.kind === 'loop') attributes[attr.runGeneration] = scope.generation
  if (health !== undefined) attributes[attr.healthState] = health
  const { trace } = scope.task
  if (typeof trace === 'object') attributes[attr.taskTraceRatio] = trace.ratio
  return attributes
}
