import type { Now } from '../base/now.ts'
import { unnumbered } from '../events/base-event.ts'
import type { FleetAttempt } from '../fleet/fleet.ts'
import { History } from '../metrics/history.ts'
import { limitAllTexts } from './annotation-texts.ts'
import { emit } from './emit.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'

const maxEarlier = 10
const maxChars = 128
const maxAttempt = 127

const none: readonly FleetAttempt[] = []

/**
 * Checks the last 10 earlier attempts of a run and returns the valid attempts.
 * @param attempt - the number of the new attempt
 * @param now - wall time
 */
export function earlierAttempts(
  earlier: unknown,
  attempt: number,
  instanceId: string,
  now: number,
): readonly FleetAttempt[] {
  if (earlier === undefined) return none
  try {
    const all = [...(earlier as Iterable<unknown>)].slice(-maxEarlier)
    const attempts = all
      .flatMap((each) => attemptFrom(each, now) ?? [])
      .filter((each) => each.attempt < attempt)
    // A process that was frozen may run its own slot again in a new attempt. With `endedAt`, the earlier attempt is
    // not reported as lost.
    return attempts.map((each) => (each.instanceId === instanceId ? { ...each, endedAt: now } : each))
  } catch {
    return none
  }
}

export function runningAttempts(
  running: unknown,
  now: number,
): readonly (FleetAttempt & { readonly slot: number | undefined })[] {
  if (!Array.isArray(running)) return []
  return running.flatMap((each: unknown) => {
    const attempt = attemptFrom(each, now)
    const slot = (each as { readonly slot?: unknown } | undefined)?.slot
    return attempt === undefined ? [] : [{ ...attempt, slot: isInstant(slot) ? slot : undefined }]
  })
}

function attemptFrom(value: unknown, now: number): FleetAttempt | undefined {
  const { instanceId, runId, attempt, startedAt, endedAt, annotations } = Object(value) as Record<
    string,
    unknown
  >
  if (!(isName(instanceId) && isName(runId) && isAttempt(attempt) && isInstant(startedAt))) return undefined
  const start = Math.min(startedAt, now)
  const end = isInstant(endedAt) ? Math.min(Math.max(start, endedAt), now) : undefined
  return { instanceId, runId, attempt, startedAt: start, endedAt: end, annotations: textsOf(annotations) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars
}

function isAttempt(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxAttempt
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

/** Adds attempts of other processes to the history. Emits `run.lost` if the end of the last attempt is unknown. */
export function reportEarlier(kernelLoop: KernelLoop, run: LiveRun, now: Now): void {
  const { earlier, self } = run.request?.fleet ?? {}
  const last = earlier?.at(-1)
  const { firstAttempt } = run.state
  if (firstAttempt > 1 && last?.attempt !== firstAttempt - 1)
    run.record.extras.unknownLoss = { attempt: firstAttempt - 1, slot: run.scheduledAt }
  if (earlier === undefined || last === undefined) return
  for (const attempt of earlier) if (attempt.instanceId !== self) addToHistory(run, attempt, now)
  if (last.endedAt !== undefined) return
  const { record, scheduledAt, trigger, runId: nextRunId } = run
  const { runId, attempt, instanceId, startedAt, annotations } = last
  emit(kernelLoop, record, {
    type: 'run.lost',
    seq: unnumbered,
    at: now.wall,
    task: record.info.name,
    info: record.info,
    runId,
    trigger,
    attempt,
    scheduledAt,
    annotations,
    instanceId,
    startedAt,
    nextRunId,
  })
}

function addToHistory(
  { record, trigger, scheduledAt }: LiveRun,
  { runId, attempt, startedAt, endedAt, annotations, instanceId }: FleetAttempt,
  now: Now,
): void {
  record.history ??= new History(record.settings.historySize, record.settings.historyMs)
  if (record.history.list().some((past) => past.runId === runId)) return
  const abortedFor = endedAt === undefined ? 'lease-lost' : 'shutdown'
  const past = { runId, trigger, attempt, scheduledAt, startedAt, latenessMs: undefined, annotations }
  const durationMs = (endedAt ?? now.wall) - startedAt
  record.history.push({ ...past, abortedFor, instanceId }, 'cancelled', durationMs, undefined)
}
