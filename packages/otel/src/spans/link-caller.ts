import { isSpanContextValid, trace } from '@opentelemetry/api'
import { linkTo } from './links.ts'

/**
 * Links a run to the span that is active when `linkCaller` is called, and that span to the run. Runs start outside of any
 * trace, so they can't know their caller otherwise. Wrap the function where you pass it on.
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
