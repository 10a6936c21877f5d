import type { MeterProvider } from '@opentelemetry/api'
import type { SupervisorView } from '@runwell/core'

interface NameHolder {
  readonly view: SupervisorView
  readonly close: () => void
  hasStopped: boolean
}

const holders = new WeakMap<MeterProvider, Map<string, NameHolder>>()

/**
 * Registers the name of `view`. If a stopped supervisor has the same name, its metrics end now.
 *
 * @param close - ends the metrics of `view`
 * @returns a warning if a running supervisor has the same name
 */
export function claimName(
  provider: MeterProvider,
  view: SupervisorView,
  close: () => void,
): string | undefined {
  const byName = holders.get(provider) ?? new Map<string, NameHolder>()
  holders.set(provider, byName)
  const other = byName.get(view.name)
  byName.set(view.name, { view, close, hasStopped: false })
  if (other === undefined || other.view === view) return undefined
  if (other.hasStopped) {
    other.close()
    return undefined
  }
  return (
    `Runwell: several supervisors in this process are named '${view.name}', so their metrics overwrite each other. ` +
    "Give each a unique name: new Supervisor({ name: 'mails' })."
  )
}

export function forgetName(provider: MeterProvider, view: SupervisorView): void {
  const byName = holders.get(provider)
  if (byName?.get(view.name)?.view === view) byName.delete(view.name)
}

export function releaseName(provider: MeterProvider, view: SupervisorView): void {
  const holder = holders.get(provider)?.get(view.name)
  if (holder?.view === view) holder.hasStopped = true
}
