import { isSpanContextValid, type SpanContext, type Tracer } from '@opentelemetry/api'
import { attr } from '../names.ts'

/**
 * The one short span of a supervisor, `supervisor {name}`, that the spans of its runs are linked to: it is how one
 * finds, from any run, the process that ran it. Made when the first run needs it, and as often as no SDK took it.
 */
export function supervisorSpan(tracer: () => Tracer): {
  name(supervisor: { readonly name: string; readonly instanceId: string }): void
  supervisorName(): string
  context(): SpanContext | undefined
} {
  let who: { readonly name: string; readonly instanceId: string } | undefined
  let made: SpanContext | undefined
  return {
    name(supervisor) {
      who = supervisor
    },
    supervisorName: () => who?.name ?? 'default',
    context() {
      if (made !== undefined || who === undefined) return made
      const attributes = { [attr.supervisorName]: who.name, [attr.supervisorInstance]: who.instanceId }
      const span = tracer().startSpan(`supervisor ${who.name}`, { root: true, attributes })
      span.end()
      if (isSpanContextValid(span.spanContext())) made = span.spanContext()
      return made
    },
  }
}
