import { isSpanContextValid, trace } from '@opentelemetry/api'
import { linkTo } from './links.ts'

/**
 * Returns `fn` with a link to its origin: the run or unit that calls the function is linked to the span that
 * is active now. Use `linkCaller` for work that waits in your own queue. Runs that you trigger, restart or
 * spawn are linked anyway.
 *
 * @example
 * queue.push(linkCaller(async () => { … }))
 */
export function linkCaller<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  const caller = trace.getActiveSpan()
  if (caller === undefined || !isSpanContextValid(caller.spanContext())) return fn
  return (...args) => {
    const run = trace.getActiveSpan()
    if (run !== undefined && run !== caller) {
      run.addLink(linkTo(caller.spanContext(), 'trigger'))
      if (caller.isRecording()) caller.addLink(linkTo(run.spanContext(), 'run'))
    }
    return fn(...args)
  }
}
