import { InvalidOptionError } from '../base/errors.ts'
import type { FleetResult } from '../fleet/fleet.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import { errorFrom } from '../shell/fleet-values.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TriggerResult } from '../task/task.ts'

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

/** Copies the input through JSON, so that a run reads the same data in every process. */
function plainInput(input: unknown, task: string): unknown {
  if (input === undefined) return undefined
  try {
    const text = JSON.stringify(input)
    if (text !== undefined && isPlain(input)) return JSON.parse(text)
  } catch {
    // The error below says what is wrong.
  }
  const expected = 'plain data that JSON can hold, since the run may happen in another process'
  throw new InvalidOptionError('input', expected, input, task)
}

/** False for a value that JSON would change without an error. For example, JSON writes a Map as `{}`. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return Array.from(value).every(isPlain)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean', 'object'].includes(typeof value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const isRecord = prototype === null || Object.getPrototypeOf(prototype) === null // also of another realm
  return isRecord && Object.values(value).every((field) => field === undefined || isPlain(field))
}
