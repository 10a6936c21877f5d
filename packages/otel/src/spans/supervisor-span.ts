import type { Link, Tracer } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { isMade, linkTo } from './links.ts'

/**
 * The one short span of a supervisor, `supervisor {name}`, that the spans of its runs are linked to: it is how one
 * finds, from any run, the process that ran it. Made when the first run needs it, and as often as no SDK took it.
 */
export function supervisorSpan(tracer: () => Tracer): {
  name(supervisor: { readonly name: string; readonly instanceId: string }): void
  supervisorName(): string
  link(): Link | undefined
} {
  let who: { readonly name: string; readonly instanceId: string } | undefined
  let made: Link | undefined
  return {
    name(supervisor) {
      who = supervisor
    },
    supervisorName: () => who?.name ?? 'default',
    link() {
      if (made !== undefined || who === undefined) return made
      const attributes = { [attr.supervisorName]: who.name, [attr.supervisorInstance]: who.instanceId }
      const span = tracer().startSpan(`supervisor ${who.name}`, { root: true, attributes })
      span.end()
      if (isMade(span.spanContext())) made = linkTo(span.spanContext(), 'supervisor')
      return made
    },
  }
}
