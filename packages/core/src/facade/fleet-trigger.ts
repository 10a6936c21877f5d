import type { FleetResult } from '../fleet/fleet.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import { errorFrom } from '../shell/fleet-values.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TriggerResult } from '../task/task.ts'
import { plainInput } from './plain-input.ts'

export function triggerInFleet(
  fleet: FleetLink,
  { info }: TaskRecord,
  input: unknown,
): Promise<TriggerResult> {
  return fleet
    .request(info.name, plainInput(input, info.name))
    .then(toTriggerResult, (): TriggerResult => ({ started: false, reason: 'unreachable' }))
}

function toTriggerResult(result: FleetResult): TriggerResult {
  if (!result.started) return result
  const { runId, outcome, startedAt, endedAt, error, value } = result
  return {
    started: true,
    runId,
    outcome,
    durationMs: Math.max(0, endedAt - startedAt),
    error: errorFrom(error),
    value,
  }
}
