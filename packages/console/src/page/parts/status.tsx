import type { HealthStatus, Outcome } from '@runwell/core'

/** Each status has its own shape, because some people cannot tell the colours apart. */
const shapes: Readonly<Record<HealthStatus, string>> = {
  healthy: '●',
  unknown: '○',
  degraded: '▲',
  unhealthy: '✖',
}

export function Health({
  status,
  label = true,
}: {
  readonly status: HealthStatus
  readonly label?: boolean
}) {
  return (
    <span class={`status ${status}`}>
      <span aria-hidden="true">{shapes[status]}</span>
      {label ? ` ${status}` : <span class="only-read">{status}</span>}
    </span>
  )
}

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome | undefined }) {
  return <span class={`outcome ${outcome ?? 'live'}`}>{outcome ?? 'running'}</span>
}
