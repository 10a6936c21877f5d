import type { Observer, SupervisorEvent, SupervisorView } from '@runwell/core'
import { Bucket } from './bucket.ts'
import { Capturer } from './capture.ts'
import { Episodes } from './episodes.ts'
import { Failures } from './failures.ts'
import type { SentryObserverOptions } from './options.ts'
import { Outbox } from './outbox.ts'
import { RunScopes } from './run-scopes.ts'
import type { SentryLike } from './sentry-like.ts'

/**
 * Reports what goes wrong to Sentry: each failed run from an isolation scope of its own, grouped by task, on the trace of
 * the run.
 *
 * @param Sentry - the namespace that the app has initialised: `import * as Sentry from '@sentry/node'`
 */
export function sentryObserver(Sentry: SentryLike, options: SentryObserverOptions = {}): Observer {
  const { report = 'first', breadcrumbs = 5, close = false, budget = {} } = options
  const { onWarning = warn } = options
  const { size = 20, refillMs = 60_000 } = budget
  let view: SupervisorView | undefined
  const scopes = new RunScopes(Sentry)
  const capturer = new Capturer(Sentry)
  const outbox = new Outbox(new Bucket(size, refillMs), (notice) => capturer.capture(notice))
  const failures = new Failures({
    episodes: new Episodes(report),
    scopes,
    breadcrumbs,
    tellsRecovery: report === 'transitions',
    view: () => view,
  })

  function hear(event: SupervisorEvent): void {
    if (event.type === 'run.ended') {
      const notice = failures.runEnded(event)
      if (notice) outbox.offer(notice, event.at)
      scopes.ended(event.runId)
    } else if (event.type === 'unit.ended') {
      const notice = failures.unitEnded(event)
      if (notice) outbox.offer(notice, event.at)
    } else if (event.type === 'task.unregistered') failures.unregistered(event)
  }

  return {
    name: 'sentry',
    onSupervisor(supervisor) {
      view = supervisor
    },
    onEvent(event) {
      try {
        hear(event)
      } catch (error) {
        onWarning(`[runwell/sentry] A '${event.type}' could not be reported: ${String(error)}`)
      }
    },
    aroundRun: (scope, next) => (Sentry.getClient() ? scopes.around(scope, next) : next()),
    async flush(deadline) {
      const leftMs = Math.max(1, deadline - (view?.now() ?? Date.now()))
      await (close ? Sentry.close(leftMs) : Sentry.flush(leftMs))
    },
  }
}

function warn(message: string): void {
  // biome-ignore lint/suspicious/noConsole: an app that asked for reports must hear why there are none
  console.warn(message)
}
