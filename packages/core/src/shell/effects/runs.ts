import type { Now } from '../../base/now.ts'
import { emit, taskPart } from '../emit.ts'
import { liveRunOf } from '../live-run.ts'
import { runPart } from '../run-scope.ts'
import { waitingCallOf } from '../waiting-call.ts'
import type { EffectHandlers, EffectParts } from './handler.ts'
import { endGeneration, endRun } from './run-end.ts'

type RunEffect =
  | 'call'
  | 'refuse'
  | 'arm'
  | 'ready'
  | 'retry'
  | 'abort'
  | 'ended'
  | 'released'
  | 'stuck'
  | 'settled-late'

export function runEffects(parts: EffectParts): EffectHandlers<RunEffect> {
  const { kernelLoop, runner, stopper, callbacks } = parts
  return {
    call(record, { run, requestId }, now) {
      if (record.readonlyExtras.missing !== undefined) {
        record.clearMissing()
        record.mustJudge = true
      }
      if (record.state.host) record.clearPostponed()
      runner.call(record, run, requestId, now)
      if (record.readonlyExtras.failing !== undefined) callbacks.look(record, now)
    },

    refuse(_record, { requestId, reason }) {
      kernelLoop.requests.take(requestId)?.onOutcome({ started: false, reason })
    },

    arm(record, { run: state, at }) {
      if (state === undefined) return kernelLoop.timers.set(record, at)
      liveRunOf(state)?.arm(kernelLoop.timers, at)
    },

    ready(record, { run: state, how }, now) {
      const run = liveRunOf(state)
      if (!run) return
      record.mustJudge = true
      record.extras.wasReady = true
      const afterMs = now.mono - state.startedAt
      emit(kernelLoop, record, { type: 'run.ready', ...runPart(run, now), how, afterMs })
      callbacks.ready(record, now)
    },

    retry(record, { run: state, delayMs }, now) {
      const run = liveRunOf(state)
      if (!run) return
      // After a timeout, the function may reject with any error. Therefore the timeout error in `reason` is
      // preferred.
      const error = run.reason ?? run.error
      const part = runPart(run, now)
      emit(kernelLoop, record, { type: 'run.retried', ...part, delayMs: Math.round(delayMs), error })
      endGeneration(record, run, now)
    },

    abort(record, { run: state, until }, now) {
      const run = liveRunOf(state)
      if (!run || state.abortedFor === undefined) return
      if (state.restartCause === 'unhealthy') run.rule = record.readonlyExtras.askedBy
      const { abortedFor } = state
      const deadline = now.wall + (until - now.mono)
      // Abort listeners are code of the run. Their calls must count as calls by the run.
      kernelLoop.currentRun.within(run, () => run.abort(abortedFor, deadline), undefined)
      if (state.abortedFor === 'timeout' && run.reason) run.error ??= run.reason
    },

    ended(record, { run: state, outcome, queued }, now) {
      const run = liveRunOf(state)
      if (!run) return
      if (outcome === 'abandoned') {
        run.waitingCall = waitingCallOf(run, queued, stopper.isAwaited)
        stopper.onAbandoned(run)
      }
      endRun(parts, record, run, outcome, now)
    },

    released(record, { run: state }, now) {
      const run = liveRunOf(state)
      if (!run) return
      const end = (at: Now, outcome = run.outcomeAlone): void => endRun(parts, record, run, outcome, at)
      if (run.settledMono !== undefined) return end(now)
      stopper.released.add(run)
      run.endAlone = (outcome) => {
        run.endAlone = undefined
        kernelLoop.batch(() => end(kernelLoop.now(), outcome))
        stopper.released.remove(run)
      }
    },

    stuck(record, { run: state }, now) {
      const runId = liveRunOf(state)?.runId ?? String(state.id)
      const ageMs = now.mono - state.startedAt
      emit(kernelLoop, record, { type: 'task.stuck', ...taskPart(record, now), runId, ageMs })
    },

    'settled-late'(record, { run: state }, now) {
      record.mustJudge = true
      record.followStuck(now.awake)
      const run = liveRunOf(state)
      if (!run) return
      const ageMs = now.mono - state.startedAt
      const error = run.error === run.reason ? undefined : run.error
      // `record` may be a newer task of the same name. The event belongs to the newer task, because the old run has
      // blocked it.
      const counted = record.isRegistered ? record : run.record
      emit(kernelLoop, counted, { type: 'run.settled-late', ...runPart(run, now), ageMs, error })
      stopper.onSettledLate(run, now)
    },
  }
}
