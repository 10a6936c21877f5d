import { isSpanContextValid, trace } from '@opentelemetry/api'
import { linkTo } from './links.ts'

/**
 * Links a run to the span that is active here and now, and that span to the run: runs begin outside of every trace, so
 * they can't know who asked for them. Wrap the function where it is handed over.
 *
 * @example
 * supervisor.spawn('mail.send', linkCaller(async () => { … }))
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
