import { InvalidOptionError } from '../base/errors.ts'
import type { FleetResult } from '../fleet/fleet.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import { errorFrom } from '../shell/fleet-values.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TriggerResult } from '../task/task.ts'

/**
 * Requests a run in any process of the fleet. The promise never rejects.
 * @throws {@link InvalidOptionError} for an input that can't be sent to another process
 */
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

/**
 * Returns a copy of the input that went through JSON, because another process may run the task. A run in this process
 * gets the copy, too, so that it reads the same data as a run in another process.
 */
function plainInput(input: unknown, task: string): unknown {
  if (input === undefined) return undefined
  try {
    const text = JSON.stringify(input)
    if (text !== undefined) return JSON.parse(text)
  } catch {
    // JSON can't hold the input, so the error below is thrown.
  }
  const expected = 'plain data that JSON can hold, since the run may happen in another process'
  throw new InvalidOptionError('input', expected, input, task)
}
