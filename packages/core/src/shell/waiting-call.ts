import type { EventOf } from '../events/events.ts'
import type { RunRequest } from '../kernel/state.ts'
import { hasCheapContext } from './current-run.ts'
import type { LiveRun } from './live-run.ts'

/**
 * Returns the name of a call that waits for this run. Perhaps the run itself has made this call, and can't end
 * because it awaits the call. With `hasCheapContext`, such a call does not wait, so the result is `undefined`.
 */
export function waitingCallOf(
  run: LiveRun,
  queued: RunRequest | undefined,
  isStopAwaited: boolean,
): EventOf<'run.ended'>['waitingCall'] {
  if (hasCheapContext) return undefined
  const { record } = run
  const { abortedFor } = run.state
  if (abortedFor === 'unregistered' && record.readonlyExtras.onGone !== undefined) return 'task.unregister()'
  if (abortedFor === 'shutdown' && isStopAwaited && mentionsStop(run)) return 'supervisor.stop()'
  if (queued === undefined || queued.requestId === 0) return undefined
  return queued.trigger === 'restart' ? 'task.restart()' : 'task.trigger()'
}

/** If the source text of the function lacks the word `stop`, the run is probably only slow. */
function mentionsStop({ record, request }: LiveRun): boolean {
  return /\bstop\b/.test(Function.prototype.toString.call(request?.run ?? record.fn))
}
