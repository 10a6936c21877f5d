import type { Link, Tracer } from '@opentelemetry/api'
import { attr } from '../base/attribute-keys.ts'
import { isFromSdk, linkTo } from './links.ts'

/** Creates one short span `supervisor {name}`. The spans of runs are linked to this span. */
export function supervisorSpan(tracer: () => Tracer): {
  setSupervisor(supervisor: { readonly name: string; readonly instanceId: string }): void
  supervisorName(): string
  instanceId(): string | undefined
  link(): Link | undefined
} {
  let current: { readonly name: string; readonly instanceId: string } | undefined
  let made: Link | undefined
  return {
    setSupervisor(supervisor) {
      current = supervisor
    },
    supervisorName: () => current?.name ?? 'default',
    instanceId: () => current?.instanceId,
    link() {
      if (made !== undefined || current === undefined) return made
      const attributes = {
        [attr.supervisorName]: current.name,
        [attr.supervisorInstance]: current.instanceId,
      }
      const span = tracer().startSpan(`supervisor ${current.name}`, { root: true, attributes })
      span.end()
      if (isFromSdk(span.spanContext())) made = linkTo(span.spanContext(), 'supervisor')
      return made
    },
  }
}
