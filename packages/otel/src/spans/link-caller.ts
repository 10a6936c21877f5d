import { isSpanContextValid, trace } from '@opentelemetry/api'
import { linkTo } from './links.ts'

/**
 * Returns a function that calls `fn`. A run or unit that calls this function is linked to the span that was active
 * when `linkCaller` was called. Use `linkCaller` for work that waits in your own queue. Runs that you trigger,
 * restart or spawn get this link without `linkCaller`.
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
