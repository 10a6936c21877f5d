import type { MeterProvider } from '@opentelemetry/api'
import type { SupervisorView } from '@runwell/core'

interface Teller {
  readonly view: SupervisorView
  readonly letGo: () => void
  hasStopped: boolean
}

/** Who tells metrics to which provider, by name. */
const tellers = new WeakMap<MeterProvider, Map<string, Teller>>()

/**
 * Notes that `view` tells its metrics to `provider`. One of its name that has stopped is let go of: its last values are
 * told until then, for whoever scrapes at the end of a process.
 *
 * @param letGo - ends the telling
 * @returns a sentence for the user when another supervisor of its name is still running: they have the same series.
 */
export function tellsMetrics(
  provider: MeterProvider,
  view: SupervisorView,
  letGo: () => void,
): string | undefined {
  const byName = tellers.get(provider) ?? new Map<string, Teller>()
  tellers.set(provider, byName)
  const other = byName.get(view.name)
  byName.set(view.name, { view, letGo, hasStopped: false })
  if (other === undefined || other.view === view) return undefined
  if (other.hasStopped) {
    other.letGo()
    return undefined
  }
  return (
    `Runwell: several supervisors of this process are called '${view.name}', so the metrics of one overwrite those of another: ` +
    "give each a name, as in new Supervisor({ name: 'mails' })."
  )
}

/** Notes that `view` has stopped: one that is made in its place may have its name. */
export function tellsNoMore(provider: MeterProvider, view: SupervisorView): void {
  const teller = tellers.get(provider)?.get(view.name)
  if (teller?.view === view) teller.hasStopped = true
}
