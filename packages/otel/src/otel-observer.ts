import type {
  NextRun,
  Observer,
  RunResult,
  RunScope,
  SupervisorEvent,
  SupervisorEventType,
  SupervisorView,
} from '@runwell/core'
import { tellsMetrics, tellsNoMore } from './metrics/duplicate-names.ts'
import { OtelMetrics } from './metrics/otel-metrics.ts'
import { checkObserverOptions, emitWarning, type OtelObserverOptions } from './options/observer-options.ts'
import { apiTrap, registered } from './sdk/api-registry.ts'
import { flushAll, flushMetrics } from './sdk/flush.ts'
import { currentMeterProvider } from './sdk/scope.ts'
import { OtelSpans } from './spans/otel-spans.ts'

/** Tasks that have series of their own, and series per instrument that the SDK keeps, unless it is told otherwise. */
const defaults = { maxTasks: 2_000, cardinalityLimit: 2_000 }

/**
 * Neither `run.started` nor `run.ended`: what is to be said of runs is said around them, and core need not make two events
 * of each for this.
 */
const eventTypes: readonly SupervisorEventType[] = [
  'task.registered',
  'task.unregistered',
  'task.started',
  'task.stopped',
  'task.paused',
  'run.ready',
  'run.retried',
  'unit.ended',
  'restart.scheduled',
  'health.changed',
  'monitor.ticked',
  'shutdown.started',
  'shutdown.ended',
]

/**
 * Turns the runs of a supervisor into OpenTelemetry spans and its registry into metrics. It registers nothing: it uses
 * the SDK that the process has registered, however late, and does nothing where there is none. One observer serves one
 * supervisor. `docs/metrics.md` lists the metrics.
 *
 * @throws {@link InvalidOptionError} for an option that is not known, or makes no sense.
 */
export function otelObserver(options: OtelObserverOptions = {}): Observer {
  checkObserverOptions(options)
  const { maxTasks = defaults.maxTasks, cardinalityLimit = defaults.cardinalityLimit } = options
  const { tracerProvider, meterProvider, exportAtStart = true, warn = emitWarning } = options
  let view: SupervisorView | undefined
  let metrics: OtelMetrics | undefined
  const onEnded = (scope: RunScope, result: RunResult): void => metrics?.runEnded(scope, result)
  const spans = options.spans === false ? undefined : new OtelSpans(options, onEnded)
  let hasStarted = false

  /** Told when the first task is armed: an SDK that will ever be registered is registered by then, in most programs. */
  function started(): void {
    hasStarted = true
    const trap = apiTrap()
    if (trap !== undefined && (tracerProvider === undefined || meterProvider === undefined)) warn(trap)
    if (metrics === undefined) return
    const told = metrics
    if (view !== undefined && (meterProvider !== undefined || registered().metrics)) {
      const clash = tellsMetrics(currentMeterProvider(meterProvider), view, () => told.close())
      if (clash !== undefined) warn(clash)
    }
    if (exportAtStart) void flushMetrics(meterProvider)
  }

  function spanless(scope: RunScope, next: NextRun): void {
    next((result) => onEnded(scope, result))
  }

  return {
    name: 'otel',
    eventTypes,
    onSupervisor(attached) {
      if (view !== undefined && view !== attached) warn(sharedBy(view.name, attached.name))
      view = attached
      spans?.belongTo(attached)
      if (options.metrics === false) return
      metrics?.close()
      metrics = new OtelMetrics(attached, meterProvider, { maxTasks, cardinalityLimit, warn })
    },
    onEvent(event: SupervisorEvent) {
      metrics?.onEvent(event)
      spans?.onEvent(event)
      if (!hasStarted && event.type === 'task.started') started()
      if (event.type === 'shutdown.ended' && view !== undefined)
        tellsNoMore(currentMeterProvider(meterProvider), view)
    },
    aroundRun(scope, next) {
      try {
        if (spans === undefined) spanless(scope, next)
        else spans.around(scope, next)
      } catch (error) {
        spanless(scope, next)
        throw error
      } finally {
        // Not before, since an instrument that throws must not cost the run its span.
        metrics?.runStarted(scope)
      }
    },
    flush(deadline) {
      const leftMs = Math.max(0, deadline - (view?.now() ?? Date.now()))
      return flushAll(tracerProvider, meterProvider, leftMs)
    },
  }
}

function sharedBy(first: string, second: string): string {
  return (
    `Runwell: one otelObserver() was given to two supervisors, '${first}' and '${second}', and only the latter has metrics now: ` +
    'make one for each.'
  )
}
