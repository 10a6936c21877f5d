import { deferred } from '../base/deferred.ts'
import type { AbortCause } from '../base/errors.ts'
import type { RefusalReason } from '../base/words.ts'
import type { FleetAttempt, FleetResult, FleetRun, FleetRunning } from '../fleet/fleet.ts'
import { earlierAttempts } from './fleet-attempts.ts'
import { errorPart, plainValue } from './fleet-values.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'
import type { RequestAnswer } from './pending-request.ts'
import type { SlotFeed } from './slot-feed.ts'

/**
 * Starts a run for the fleet. If the lease is lost or the run is replaced before the start, the run is aborted
 * immediately after its start.
 */
export function startFleetRun(
  kernelLoop: KernelLoop,
  slots: SlotFeed,
  instanceId: string,
  { task, slot, attempt, input, token, requestedBy, carrier, earlier }: FleetRun,
): FleetRunning {
  const { promise, resolve } = deferred<FleetResult>()
  let live: LiveRun | undefined
  let lost: AbortCause | undefined
  const end = (cause: AbortCause): void => {
    lost ??= cause
    if (live) kernelLoop.dispatch({ type: 'abort', task, run: live.state.id, cause: lost })
  }
  const onStarted = (started: LiveRun): void => {
    live = started
    if (lost) end(lost)
  }
  const onOutcome = (answer: RequestAnswer): void => resolve(resultOf(answer, live, instanceId))
  kernelLoop.batch(() => {
    const record = kernelLoop.records.get(task)
    if (record?.state.fleet === undefined) return resolve({ started: false, reason: 'unregistered' })
    const requestId = kernelLoop.requests.add({
      input,
      callers: carrier && kernelLoop.observers.callersFrom(carrier),
      context: undefined,
      run: undefined,
      fleet: {
        token,
        requestedBy,
        carrier,
        earlier: earlierAttempts(earlier, attempt, instanceId, kernelLoop.clock.now()),
        self: instanceId,
      },
      onStarted,
      onOutcome,
    })
    const standby = slots.isStandby(record)
    kernelLoop.dispatch({ type: 'fleet-run', task, slot, attempt, requestId, standby })
  })
  const ofRun = (): FleetAttempt | undefined =>
    live && {
      instanceId,
      runId: live.runId,
      attempt,
      startedAt: live.startedAt,
      annotations: live.annotations,
    }
  return {
    result: promise,
    attempt: ofRun,
    lose: () => end('lease-lost'),
    replace: () => end('replaced'),
  }
}

function resultOf(answer: RequestAnswer, run: LiveRun | undefined, instanceId: string): FleetResult {
  // The cast is safe: a reason that is not a `RefusalReason` is given only for restarts.
  if (!answer.started) return { started: false, reason: answer.reason as RefusalReason }
  const { runId, outcome, durationMs, error, value } = answer
  const startedAt = run?.startedAt ?? 0
  return {
    started: true,
    runId,
    instanceId,
    outcome,
    startedAt,
    endedAt: Math.round(startedAt + durationMs),
    isStopping: run?.state.abortedFor === 'shutdown' && outcome !== 'succeeded',
    error: errorPart(error),
    value: plainValue(value),
  }
}
