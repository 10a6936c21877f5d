import type { MeterProvider } from '@opentelemetry/api'
import type { SupervisorView } from '@runwell/core'

/** Who tells metrics to which provider, by name. */
const tellers = new WeakMap<MeterProvider, Map<string, WeakRef<SupervisorView>>>()

/**
 * Notes that `view` tells its metrics to `provider`.
 *
 * @returns a sentence for the user when another supervisor of its name does so too: they have the same series.
 */
export function tellsMetrics(provider: MeterProvider, view: SupervisorView): string | undefined {
  const byName = tellers.get(provider) ?? new Map<string, WeakRef<SupervisorView>>()
  tellers.set(provider, byName)
  const other = byName.get(view.name)?.deref()
  byName.set(view.name, new WeakRef(view))
  if (other === undefined || other === view) return undefined
  return (
    `Runwell: several supervisors of this process are called '${view.name}', so the metrics of one overwrite those of another: ` +
    "give each a name, as in new Supervisor({ name: 'mails' })."
  )
}

/** Notes that `view` has stopped: one that is made in its place may have its name. */
export function tellsNoMore(provider: MeterProvider, view: SupervisorView): void {
  const byName = tellers.get(provider)
  if (byName?.get(view.name)?.deref() === view) byName.delete(view.name)
}
