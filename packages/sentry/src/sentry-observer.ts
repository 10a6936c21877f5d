import {
  InvalidOptionError,
  type Observer,
  type RunResult,
  type SupervisorEvent,
  type SupervisorView,
} from '@runwell/core'
import { realClock } from './base/clock.ts'
import { Reporter } from './capture/reporter.ts'
import { Pump } from './crons/check-in-queue.ts'
import { deliver } from './crons/delivery.ts'
import { Monitors } from './crons/monitors.ts'
import type { SentryLike } from './sdk/sentry-like.ts'
import { resolveOptions, type SentryObserverOptions } from './setup/options.ts'
import { setupFaults } from './setup/setup-problems.ts'
import { RunScopes } from './spans/run-scopes.ts'
import { RunSpans } from './spans/run-spans.ts'
import { Logs } from './telemetry/logs.ts'
import { Metrics } from './telemetry/metrics.ts'

/** Check-ins that can't be delivered leave this much of the time to the events. */
const flushMs = 500

/**
 * Reports what goes wrong to Sentry: each failed run from an isolation scope of its own, grouped by task, on the trace of
 * the run; and, where wanted, makes tasks Sentry Crons monitors. It never initialises Sentry. One observer serves one
 * supervisor. `docs/sentry.md` says what it sends.
 *
 * @param Sentry - the namespace that the app has initialised: `import * as Sentry from '@sentry/node'`, version 10 or 11
 * @throws {@link InvalidOptionError} when an option makes no sense, or `Sentry` is something else.
 */
export function sentryObserver(Sentry: SentryLike, options: SentryObserverOptions = {}): Observer {
  if (!isNamespace(Sentry)) {
    const expected = "the namespace of the SDK, as of import * as Sentry from '@sentry/node'"
    throw new InvalidOptionError('Sentry', expected, Sentry)
  }
  const resolved = resolveOptions(options)
  const warn = once(resolved.onWarning)
  let view: SupervisorView | undefined
  const clock = resolved.clock ?? realClock(() => view?.now() ?? Date.now())
  const scopes = new RunScopes(Sentry, new RunSpans(Sentry, resolved.spans))
  const reporter = new Reporter(Sentry, resolved, { scopes, clock, view: () => view })
  const pump = new Pump(clock, (checkIn, config, place) => deliver(Sentry, checkIn, config, place))
  const monitors = new Monitors({
    crons: resolved.crons,
    environments: resolved.environments,
    replicas: resolved.replicas,
    pump,
    client: () => Sentry.getClient(),
    placeOf: (runId) => scopes.find(runId, undefined)?.place,
    onWarning: warn,
  })
  const metrics = resolved.metrics ? new Metrics(Sentry) : undefined
  const logs = resolved.logs ? new Logs(Sentry) : undefined
  let isChecked = false

  function hear(event: SupervisorEvent): void {
    // Not earlier: what the app sets up while it registers its tasks is in place when they start.
    if (!isChecked && (event.type === 'task.started' || event.type === 'run.started')) {
      isChecked = true
      for (const fault of setupFaults(Sentry)) warn(`${fault} See docs/sentry.md.`)
    }
    reporter.hear(event)
    monitors.hear(event)
    metrics?.hear(event)
    logs?.hear(event)
  }

  /** Whatever Sentry, or this package, does wrong is told once and leaves the supervisor alone. */
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
      contained('Making monitors', () => {
        for (const { info } of attached.tasks()) monitors.add(info)
      })
    },
    onEvent(event) {
      contained(`Reporting a '${event.type}'`, () => hear(event))
      if (event.type === 'run.ended') scopes.ended(event.runId)
    },
    aroundRun(scope, next) {
      let running: Promise<RunResult> | undefined
      const runOnce = (): Promise<RunResult> => {
        running ??= next()
        return running
      }
      try {
        return scopes.around(scope, runOnce)
      } catch (error) {
        warn(`Isolating a run failed: ${String(error)}.`)
        return runOnce()
      }
    },
    async flush(deadline) {
      contained('Sending what was held back', () => {
        reporter.drain(clock.now())
        metrics?.flush()
        monitors.closeAll()
      })
      try {
        const unheard = await pump.drain(deadline - flushMs)
        if (unheard > 0) warn(`${unheard} Sentry monitors could not be told the last state of their tasks.`)
        const leftMs = Math.max(1, deadline - clock.now())
        await (resolved.close ? Sentry.close(leftMs) : Sentry.flush(leftMs))
      } catch (error) {
        warn(`Flushing failed: ${String(error)}.`)
      }
    },
  }
}

/** Nothing is called: an SDK that throws is a fault that is told, and no reason to keep a service from its start. */
function isNamespace(given: unknown): given is SentryLike {
  if (typeof given !== 'object' || given === null) return false
  const { getClient, withIsolationScope, flush } = given as Partial<SentryLike>
  return [getClient, withIsolationScope, flush].every((member) => typeof member === 'function')
}

/** The same sentence is warned of once. */
function once(onWarning: (message: string) => void): (message: string) => void {
  const told = new Set<string>()
  return (message) => {
    if (told.has(message) || told.size >= 100) return
    told.add(message)
    onWarning(`[runwell/sentry] ${message}`)
  }
}
