import {
  InvalidOptionError,
  type Observer,
  type RunResult,
  type SupervisorEvent,
  type SupervisorView,
} from '@runwell/core'
import { systemClock } from './base/clock.ts'
import { isCaptured } from './capture/capturer.ts'
import { Reporter } from './capture/reporter.ts'
import { CheckInQueue } from './crons/check-in-queue.ts'
import { CronMonitors } from './crons/cron-monitors.ts'
import { deliver } from './crons/delivery.ts'
import { DeliveryWatch } from './sdk/delivery-watch.ts'
import { activeTrace } from './sdk/otel-global.ts'
import type { SentryLike } from './sdk/sentry-like.ts'
import type { TraceContext } from './sdk/trace-context.ts'
import { resolveOptions, type SentryObserverOptions } from './setup/options.ts'
import { findSetupProblems } from './setup/setup-problems.ts'
import { RunScopes } from './spans/run-scopes.ts'
import { RunSpans } from './spans/run-spans.ts'
import { Logs } from './telemetry/logs.ts'
import { Metrics } from './telemetry/metrics.ts'

/** During a shutdown, check-ins are sent until 500 ms before the deadline. The rest of the time is for events. */
const flushMs = 500

/**
 * Returns an observer that reports failures to Sentry, grouped by task. Create one observer per supervisor. The
 * observer does not call `Sentry.init`, so the app must call it.
 *
 * @param Sentry - the namespace that the app has initialised: `import * as Sentry from '@sentry/node'`, version 10 or
 * 11
 * @throws {@link InvalidOptionError} if an option is invalid, or `Sentry` is not that namespace.
 */
export function sentryObserver(Sentry: SentryLike, options: SentryObserverOptions = {}): Observer {
  if (!isNamespace(Sentry)) {
    const expected = "the SDK's namespace, from import * as Sentry from '@sentry/node'"
    throw new InvalidOptionError('Sentry', expected, Sentry)
  }
  const resolved = resolveOptions(options)
  const warn = once(resolved.onWarning)
  let view: SupervisorView | undefined
  const clock = resolved.clock ?? systemClock(() => view?.now() ?? Date.now())
  const scopes = new RunScopes(Sentry, new RunSpans(Sentry, resolved.spans))
  const delivery = new DeliveryWatch({
    sentry: Sentry,
    clock,
    onWarning: warn,
    onFlush: () => contained('Sending pending reports', () => reporter.flush(clock.now())),
    isOurs: isCaptured,
  })
  const reporter = new Reporter(Sentry, resolved, { scopes, clock, delivery, view: () => view })
  const queue = new CheckInQueue(clock, (checkIn, config, trace) => deliver(Sentry, checkIn, config, trace))
  const monitors = new CronMonitors({
    crons: resolved.crons,
    environments: resolved.environments,
    replicas: resolved.replicas,
    queue,
    client: () => Sentry.getClient(),
    isOpen: (what) => delivery.isOpen(what),
    traceOf: (runId) => scopes.find(runId, undefined)?.trace,
    onWarning: warn,
  })
  const metrics = resolved.metrics ? new Metrics(Sentry) : undefined
  const logs = resolved.logs ? new Logs(Sentry) : undefined
  let isChecked = false

  function forward(event: SupervisorEvent): void {
    // Checked only when the first task or run starts, because the app may register its tasks before it calls
    // `Sentry.init`.
    if (!isChecked && (event.type === 'task.started' || event.type === 'run.started')) {
      isChecked = true
      delivery.attach()
      for (const problem of findSetupProblems(Sentry)) warn(`${problem} See docs/sentry.md.`)
    }
    reporter.onEvent(event)
    monitors.onEvent(event)
    metrics?.onEvent(event)
    logs?.onEvent(event)
  }

  /** Turns an error of Sentry or this package into a warning. So the error does not reach the supervisor. */
  function contained(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      warn(`${what} failed: ${String(error)}.`)
    }
  }

  return {
    name: 'sentry',
    onSupervisor(attached) {
      view = attached
      contained('Creating monitors', () => {
        for (const { info } of attached.tasks()) {
          reporter.taskSeen()
          monitors.add(info)
        }
      })
    },
    onEvent(event) {
      contained(`Reporting '${event.type}'`, () => forward(event))
      if (event.type === 'run.ended') scopes.ended(event.runId)
    },
    captureCaller() {
      let caller: TraceContext | undefined
      contained('Finding the caller of a run', () => {
        caller = activeTrace(Sentry)
      })
      return caller
    },
    aroundRun(scope, next, caller) {
      let running: Promise<RunResult> | undefined
      const runOnce = (): Promise<RunResult> => {
        running ??= next()
        return running
      }
      try {
        return scopes.around(scope, runOnce, caller as TraceContext | undefined)
      } catch (error) {
        warn(`Isolating a run failed: ${String(error)}.`)
        return runOnce()
      }
    },
    onAnnotate(scope, annotations) {
      contained('Adding annotations', () => scopes.annotated(scope, annotations))
    },
    async flush(deadline) {
      contained('Sending pending reports', () => {
        reporter.flush(clock.now())
        metrics?.flush()
        monitors.closeAll()
      })
      try {
        if (queue.hasPending && !delivery.isOpen('a check-in')) return
        const unsent = await queue.flush(deadline - flushMs)
        if (unsent > 0) warn(`The last state of ${unsent} Sentry monitors could not be sent.`)
        const leftMs = Math.max(1, deadline - clock.now())
        delivery.flushed(await (resolved.close ? Sentry.close(leftMs) : Sentry.flush(leftMs)))
      } catch (error) {
        warn(`Flushing failed: ${String(error)}.`)
      }
    },
  }
}

/** Only checks that the functions exist. A call could throw, and then the service would not start. */
function isNamespace(given: unknown): given is SentryLike {
  if (typeof given !== 'object' || given === null) return false
  const { getClient, withIsolationScope, flush } = given as Partial<SentryLike>
  return [getClient, withIsolationScope, flush].every((member) => typeof member === 'function')
}

function once(onWarning: (message: string) => void): (message: string) => void {
  const seen = new Set<string>()
  return (message) => {
    if (seen.has(message) || seen.size >= 100) return
    seen.add(message)
    onWarning(`Runwell: ${message}`)
  }
}
