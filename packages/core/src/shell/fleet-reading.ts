import { type Outcome, outcomes } from '../base/words.ts'
import type { FleetAttempt, FleetRecord } from '../fleet/fleet.ts'
import { limitAllTexts } from './annotation-texts.ts'

// The store may hold anything: it was perhaps written by another version, or changed from outside. So each value is
// checked here before any other code reads it.

const maxChars = 128
const maxAttempt = 127
const knownOutcomes: ReadonlySet<unknown> = new Set(outcomes)

type Slotted<Value> = Value & { readonly slot: number | undefined }

export function runningAttempts(running: unknown, now: number): readonly Slotted<FleetAttempt>[] {
  if (!Array.isArray(running)) return []
  return running.flatMap((each: unknown) => {
    const attempt = attemptFrom(each, now)
    const slot = (each as { readonly slot?: unknown } | undefined)?.slot
    return attempt === undefined ? [] : [{ ...attempt, slot: isInstant(slot) ? slot : undefined }]
  })
}

export function lastRunFrom(value: unknown): FleetRecord['lastRun'] {
  const { instanceId, runId, outcome, startedAt, endedAt, slot, attempt } = fieldsOf(value)
  if (!(isName(instanceId) && isName(runId) && isOutcome(outcome) && isAttempt(attempt))) return undefined
  if (!(isInstant(startedAt) && isInstant(endedAt))) return undefined
  return {
    instanceId,
    runId,
    outcome,
    startedAt: Math.min(startedAt, endedAt),
    endedAt,
    slot: isInstant(slot) ? slot : undefined,
    attempt,
  }
}

/** @param now - wall time */
export function attemptFrom(value: unknown, now: number): FleetAttempt | undefined {
  const { instanceId, runId, attempt, startedAt, endedAt, annotations } = fieldsOf(value)
  if (!(isName(instanceId) && isName(runId) && isAttempt(attempt, maxAttempt) && isInstant(startedAt)))
    return undefined
  const start = Math.min(startedAt, now)
  const end = isInstant(endedAt) ? Math.min(Math.max(start, endedAt), now) : undefined
  return { instanceId, runId, attempt, startedAt: start, endedAt: end, annotations: textsOf(annotations) }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Record<string, unknown>
}

function isOutcome(value: unknown): value is Outcome {
  return knownOutcomes.has(value)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars
}

function isAttempt(value: unknown, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15
}

function textsOf(annotations: unknown): FleetAttempt['annotations'] {
  const texts = Object.entries(Object(annotations)).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string'
  })
  return texts.length === 0 ? undefined : limitAllTexts(Object.fromEntries(texts))
}
