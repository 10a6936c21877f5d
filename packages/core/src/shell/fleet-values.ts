import { errorName } from '../base/error-record.ts'
import type { FleetResult } from '../fleet/fleet.ts'

type ErrorPart = Extract<FleetResult, { started: true }>['error']

export function errorPart(error: Error | undefined): ErrorPart {
  return error && { name: errorName(error), message: String(error.message).slice(0, 1_000) }
}

export function errorFrom(part: ErrorPart): Error | undefined {
  if (part === undefined) return undefined
  const error = new Error(part.message)
  error.name = part.name
  return error
}

export function plainValue(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
