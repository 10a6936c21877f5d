import { errorName } from '../base/error-record.ts'
import type { FleetResult } from '../fleet/fleet.ts'

type ErrorPart = Extract<FleetResult, { started: true }>['error']

/** What other processes learn of an error. */
export function errorPart(error: Error | undefined): ErrorPart {
  return error && { name: errorName(error), message: String(error.message).slice(0, 1_000) }
}

/** An error of another process. */
export function errorFrom(part: ErrorPart): Error | undefined {
  if (part === undefined) return undefined
  const error = new Error(part.message)
  error.name = part.name
  return error
}

/** A copy of what a run has returned, as another process gets it; `undefined` for what is not plain data. */
export function plainValue(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
