import type { Now } from '../base/now.ts'
import { unnumbered } from '../events/base-event.ts'
import type { FleetAttempt } from '../fleet/fleet.ts'
import { History } from '../metrics/history.ts'
import { emit } from './emit.ts'
import { attemptFrom } from './fleet-reading.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'

const maxEarlier = 10

const none: readonly FleetAttempt[] = []

/**
 * Returns the valid ones of the last 10 earlier attempts.
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

export function reportEarlier(kernelLoop: KernelLoop, run: LiveRun, now: Now): void {
  const { earlier, self } = run.request?.fleet ?? {}
  const last = earlier?.at(-1)
  const { firstAttempt } = run.state
  if (firstAttempt > 1 && last?.attempt !== firstAttempt - 1)
    run.record.extras.unknownLoss = { attempt: firstAttempt - 1, slot: run.scheduledAt }
  if (earlier === undefined || last === undefined) return
  for (const attempt of earlier) if (attempt.instanceId !== self) addToHistory(run, attempt, now)
  const { record, scheduledAt, trigger, runId: nextRunId } = run
  const { runId, attempt, instanceId, startedAt, endedAt, annotations } = last
  const other = {
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
  }
  if (endedAt === undefined) emit(kernelLoop, record, { type: 'run.lost', ...other })
  else if (instanceId !== self) emit(kernelLoop, record, { type: 'run.handed-over', ...other, endedAt })
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
