import type { Observer, SupervisorEvent, SupervisorView } from '@runwell/core'
import { Bucket } from './bucket.ts'
import { Capturer } from './capture.ts'
import { realClock } from './clock.ts'
import { deliver } from './crons/delivery.ts'
import { Monitors } from './crons/monitors.ts'
import { Pump } from './crons/pump.ts'
import { Episodes } from './episodes.ts'
import { Failures } from './failures.ts'
import { Incidents } from './incidents.ts'
import type { Notice } from './notice.ts'
import { resolveOptions, type SentryObserverOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { RunScopes } from './run-scopes.ts'
import { RunSpans } from './run-spans.ts'
import type { SentryLike } from './sentry-like.ts'
import { setupFaults } from './setup-faults.ts'
import { annotatedPlace } from './trace-place.ts'

/** Check-ins that can't be delivered leave this much of the time to the events. */
const flushMs = 500

/**
 * Reports what goes wrong to Sentry: each failed run from an isolation scope of its own, grouped by task, on the trace of
 * the run.
 *
 * @param Sentry - the namespace that the app has initialised: `import * as Sentry from '@sentry/node'`
 * @throws {@link InvalidOptionError} when an option makes no sense.
 */
export function sentryObserver(Sentry: SentryLike, options: SentryObserverOptions = {}): Observer {
  const resolved = resolveOptions(options)
  const { report, breadcrumbs, loopBlockedMs, close, onWarning } = resolved
  let supervisor: SupervisorView | undefined
  const view = (): SupervisorView | undefined => supervisor
  const clock = resolved.clock ?? realClock(() => supervisor?.now() ?? Date.now())
  const scopes = new RunScopes(Sentry, new RunSpans(Sentry, resolved.spans))
  const capturer = new Capturer(Sentry)
  const outbox = new Outbox(new Bucket(resolved.events, resolved.refillMs), clock, (notice) =>
    capturer.capture(notice),
  )
  const episodes = new Episodes(report)
  const tellsRecovery = report === 'transitions'
  const failures = new Failures({ episodes, scopes, breadcrumbs, tellsRecovery, view })
  const incidents = new Incidents({ scopes, loopBlockedMs, view })
  const pump = new Pump(clock, (checkIn, config, place) => deliver(Sentry, checkIn, config, place))
  const monitors = new Monitors({
    crons: resolved.crons,
    environments: resolved.environments,
    replicas: resolved.replicas,
    pump,
    client: () => Sentry.getClient(),
    placeOf: (event) => annotatedPlace(event.annotations) ?? scopes.find(event.runId, undefined)?.place,
    onWarning,
  })

  function noticeOf(event: SupervisorEvent): Notice | undefined {
    switch (event.type) {
      case 'run.ended':
        return failures.runEnded(event)
      case 'unit.ended':
        return failures.unitEnded(event)
      case 'task.gave-up':
        return incidents.gaveUp(event)
      case 'task.parked':
        return incidents.parked(event)
      case 'task.stuck':
        return incidents.stuck(event)
      case 'shutdown.ended':
        return incidents.abandoned(event)
      case 'loop.blocked':
        return incidents.loopBlocked(event)
      case 'monitor.stalled':
        return incidents.monitorStalled(event)
      default:
        return undefined
    }
  }

  let isChecked = false
  function checkSetup(): void {
    isChecked = true
    for (const fault of setupFaults(Sentry)) onWarning(`[runwell/sentry] ${fault} See docs/sentry.md.`)
  }

  function hear(event: SupervisorEvent): void {
    // Not earlier: what the app sets up while it registers its tasks is in place when they start.
    if (!isChecked && (event.type === 'task.started' || event.type === 'run.started')) checkSetup()
    const notice = noticeOf(event)
    if (notice) outbox.offer(notice, event.at)
    else outbox.advance(event.at)
    if (resolved.crons !== 'off') monitors.hear(event)
    if (event.type === 'run.ended') scopes.ended(event.runId)
    if (event.type === 'task.unregistered') {
      failures.unregistered(event)
      incidents.unregistered(event)
    }
  }

  return {
    name: 'sentry',
    onSupervisor(attached) {
      supervisor = attached
      for (const { info } of attached.tasks()) monitors.add(info)
    },
    onEvent(event) {
      try {
        hear(event)
      } catch (error) {
        onWarning(`[runwell/sentry] A '${event.type}' could not be reported: ${String(error)}`)
      }
    },
    aroundRun: (scope, next) => scopes.around(scope, next),
    async flush(deadline) {
      outbox.drain(clock.now())
      monitors.closeAll()
      await pump.drain(deadline - flushMs)
      const leftMs = Math.max(1, deadline - clock.now())
      await (close ? Sentry.close(leftMs) : Sentry.flush(leftMs))
    },
  }
}
