import { type SpanContext, trace } from '@opentelemetry/api'
import type {
  NextRun,
  Observer,
  RunResult,
  RunScope,
  SupervisorEvent,
  SupervisorEventType,
  SupervisorView,
} from '@runwell/core'
import { warningsTo } from '@runwell/core/adapter'
import { LongRuns } from './logs/long-runs.ts'
import { RunRecords } from './logs/run-records.ts'
import { claimName, forgetName, releaseName } from './metrics/duplicate-names.ts'
import { OtelMetrics } from './metrics/otel-metrics.ts'
import { checkObserverOptions, type OtelObserverOptions } from './options/observer-options.ts'
import {
  activeContext,
  detectDuplicateApi,
  registered,
  registeredMetrics,
  registeredTracing,
} from './sdk/api-registry.ts'
import { noteAttached } from './sdk/attached-observers.ts'
import { flushAll, flushMetrics, providersInUse } from './sdk/flush.ts'
import { currentMeterProvider } from './sdk/scope.ts'
import { SdkUser } from './sdk/shutdown-order.ts'
import { SpanDrops } from './sdk/span-drops.ts'
import { usesLogs } from './spans/exceptions.ts'
import { callerFrom, captured } from './spans/links.ts'
import { OtelSpans } from './spans/otel-spans.ts'
import { RunTexts } from './spans/run-texts.ts'

const defaults = { maxTasks: 2_000, cardinalityLimit: 2_000 }

/**
 * `run.started` and `run.ended` are missing, because `aroundRun` also learns of the start and the end of each run.
 */
const eventTypes: readonly SupervisorEventType[] = [
  'task.registered',
  'task.unregistered',
  'task.started',
  'task.stopped',
  'task.paused',
  'control.performed',
  'run.ready',
  'run.retried',
  'unit.ended',
  'restart.scheduled',
  'health.changed',
  'monitor.ticked',
  'fleet.down',
  'fleet.up',
  'shutdown.started',
  'shutdown.ended',
]

/**
 * Creates OpenTelemetry spans for the runs of a supervisor, and metrics for all its tasks. Uses the SDK of the
 * process, even if that SDK is registered later. Without an SDK, the observer does nothing. Create one observer per
 * supervisor.
 *
 * @throws {@link InvalidOptionError} for an unknown or invalid option.
 */
export function otelObserver(options: OtelObserverOptions = {}): Observer {
  checkObserverOptions(options)
  const { maxTasks = defaults.maxTasks, cardinalityLimit = defaults.cardinalityLimit } = options
  const { tracerProvider, meterProvider, exportAtStart = true } = options
  const warn = warningsTo(options.onWarning)
  let view: SupervisorView | undefined
  let metrics: OtelMetrics | undefined
  let longRuns: LongRuns | undefined
  const providers = () => providersInUse(tracerProvider, meterProvider, usesLogs(options))
  const sdk = new SdkUser()
  let inUse: readonly unknown[] | undefined
  let hasWarnedOfLoss = false
  let drops: SpanDrops | undefined
  const texts = new RunTexts()
  const onEnded = (scope: RunScope, result: RunResult, span?: SpanContext): void => {
    metrics?.runEnded(scope, result)
    longRuns?.runEnded(scope, result, span)
    texts.forget(scope)
    if (sdk.hasLostSdk) warnOfLoss()
  }
  const spans = options.spans === false ? undefined : new OtelSpans(options, texts, onEnded)
  let hasStarted = false

  /**
   * Called at each event after the first start of a task, because programs may register an SDK late or replace it.
   */
  function useSdk(): void {
    const now = [registeredTracing(), registeredMetrics()]
    if (inUse !== undefined && now.every((provider, at) => provider === inUse?.[at])) return
    inUse = now
    sdk.use(providers())
    drops = SpanDrops.of(providers()[0], warn)
  }

  function warnOfLoss(): void {
    if (hasWarnedOfLoss) return
    hasWarnedOfLoss = true
    warn(lostSdkWarning(view?.name ?? 'default'))
  }

  /** Called when the first task starts. By then, most programs have registered their SDK. */
  function started(): void {
    hasStarted = true
    longRuns?.start()
    const duplicateApi = detectDuplicateApi()
    if (duplicateApi !== undefined && (tracerProvider === undefined || meterProvider === undefined))
      warn(duplicateApi)
    if (metrics === undefined) return
    const current = metrics
    if (view !== undefined && (meterProvider !== undefined || registered().metrics)) {
      const duplicateName = claimName(currentMeterProvider(meterProvider), view, () => current.close())
      if (duplicateName !== undefined) warn(duplicateName)
    }
    if (exportAtStart) void flushMetrics(meterProvider)
  }

  function withoutSpan(scope: RunScope, next: NextRun): void {
    next((result) => onEnded(scope, result))
  }

  return {
    name: 'otel',
    eventTypes,
    onSupervisor(attached) {
      noteAttached()
      if (view !== undefined && view !== attached) warn(sharedObserverWarning(view.name, attached.name))
      view = attached
      spans?.setSupervisor(attached)
      longRuns?.stop()
      if (options.longRuns !== false) longRuns = new LongRuns(attached, new RunRecords(attached, texts, warn))
      if (attached.startedAt !== undefined) longRuns?.start() // its tasks have already started
      if (options.metrics === false) return
      metrics?.close()
      metrics = new OtelMetrics(attached, meterProvider, { maxTasks, cardinalityLimit, warn }, () =>
        forgetName(currentMeterProvider(meterProvider), attached),
      )
    },
    onEvent(event: SupervisorEvent) {
      metrics?.onEvent(event)
      spans?.onEvent(event)
      if (!hasStarted && event.type === 'task.started') started()
      if (hasStarted) useSdk()
      if (event.type === 'monitor.ticked') longRuns?.look()
      if (event.type === 'shutdown.started') sdk.stops(event.deadlineMs)
      if (event.type === 'shutdown.ended') longRuns?.stop()
      if (event.type === 'shutdown.ended' && view !== undefined)
        releaseName(currentMeterProvider(meterProvider), view)
    },
    captureCaller: (asTexts) => captured(trace.getSpan(activeContext()), asTexts === true),
    aroundRun(scope, next, caller) {
      longRuns?.runStarted(scope)
      try {
        if (spans === undefined) withoutSpan(scope, next)
        else spans.around(scope, next, callerFrom(caller))
      } catch (error) {
        withoutSpan(scope, next)
        throw error
      } finally {
        // Called after the span was created, so that the span exists even if an instrument throws.
        metrics?.runStarted(scope)
      }
    },
    onAnnotate: (scope, annotations) => texts.add(scope, annotations),
    async flush(deadline) {
      const leftMs = Math.max(0, deadline - (view?.now() ?? Date.now()))
      await flushAll(providers(), leftMs)
      drops?.warnOfRest()
      if (sdk.hasLostSdk) warnOfLoss()
      // In the next turn, so that code after `await supervisor.stop()` runs first. That code may call
      // `process.exit()`.
      setImmediate(() => sdk.ends())
    },
  }
}

function lostSdkWarning(supervisor: string): string {
  return (
    `Runwell: OpenTelemetry was shut down while supervisor '${supervisor}' was still running, so its spans and metrics are lost ` +
    'from then on. Call supervisor.stop() first, and sdk.shutdown() after that.'
  )
}

function sharedObserverWarning(first: string, second: string): string {
  return (
    `Runwell: supervisors '${first}' and '${second}' share one otelObserver(), so only '${second}' has metrics now. ` +
    'Create one observer per supervisor.'
  )
}
