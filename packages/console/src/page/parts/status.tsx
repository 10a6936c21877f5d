import type { HealthStatus, Outcome } from '@runwell/core'

/** A shape and a word for each status, so that the colour alone carries no meaning. */
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
