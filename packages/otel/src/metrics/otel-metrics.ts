import type { Attributes, Histogram, MeterProvider } from '@opentelemetry/api'
import type { EventOf, RunResult, RunScope, SupervisorEvent, SupervisorView, TaskInfo } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { registeredMetrics } from '../sdk/api-registry.ts'
import { canForget, forgetSeries } from '../sdk/forget-series.ts'
import { currentMeterProvider } from '../sdk/scope.ts'
import { Instruments } from './instruments.ts'
import { type ReaderOptions, RegistryReader } from './registry-reader.ts'
import type { Sink } from './series.ts'
import type { RecordedName } from './table.ts'

interface Labels {
  readonly plain: Attributes
  readonly success: Attributes
  readonly failure: Attributes
  readonly unitSuccess: Attributes
  readonly unitFailure: Attributes
}

/**
 * The metrics of a stopped supervisor keep their last values, so that each backend can collect these values. The
 * metrics end after `ms`, when `supervisors` more supervisors have stopped, or when a supervisor of the same name
 * starts.
 */
const kept = { supervisors: 10, ms: 300_000 }

const stops = new WeakMap<object, number>()

export class OtelMetrics {
  readonly #given: MeterProvider | undefined
  readonly #reader: RegistryReader
  readonly #onForgotten: () => void
  readonly #labels = new WeakMap<TaskInfo, Labels>()
  #provider: unknown
  #instruments: Instruments | undefined
  #runDuration: Histogram | undefined
  #stop: { readonly number: number; readonly at: number } | undefined

  /** @param onForgotten - called after the stop of the supervisor, when its metrics have ended */
  constructor(
    view: SupervisorView,
    given: MeterProvider | undefined,
    options: ReaderOptions,
    onForgotten: () => void,
  ) {
    this.#given = given
    this.#onForgotten = onForgotten
    const memory = {
      canForget: () => canForget(this.#meters()),
      forget: (isGone: (attributes: Attributes) => boolean) => forgetSeries(this.#meters(), isGone) !== true,
    }
    this.#reader = new RegistryReader(view, options, memory)
    this.#useCurrentProvider()
  }

  onEvent(event: SupervisorEvent): void {
    this.#useCurrentProvider()
    this.#reader.onEvent(event)
    if (event.type === 'unit.ended') this.#unitEnded(event)
    else if (event.type === 'monitor.ticked') {
      this.#record('runwell.supervisor.monitor.duration', event.tookMs, this.#reader.base)
    } else if (event.type === 'shutdown.ended') {
      this.#record('runwell.supervisor.shutdown.duration', event.report.tookMs, this.#reader.base)
      const number = (stops.get(this.#meters()) ?? 0) + 1
      stops.set(this.#meters(), number)
      this.#stop = { number, at: performance.now() }
    }
  }

  runStarted(scope: RunScope): void {
    const { task, unit, latenessMs } = scope
    this.#reader.runStarted(scope)
    if (latenessMs === undefined || unit !== undefined) return
    this.#useCurrentProvider()
    this.#record('runwell.task.schedule.lag', latenessMs, this.#labelsOf(task).plain)
  }

  runEnded(scope: RunScope, result: RunResult): void {
    const { task, unit } = scope
    const { outcome, durationMs } = result
    this.#reader.runEnded(scope, result)
    if (task.schedule.restarts || unit !== undefined) return
    if (outcome === 'cancelled' || outcome === 'abandoned') return
    this.#useCurrentProvider()
    const { success, failure } = this.#labelsOf(task)
    this.#runDuration?.record(durationMs / 1000, outcome === 'succeeded' ? success : failure)
  }

  close(): void {
    this.#instruments?.stop()
    if (this.#stop !== undefined) forgetSeries(this.#meters(), (attributes) => this.#reader.isOwn(attributes))
  }

  #meters(): MeterProvider {
    return currentMeterProvider(this.#given)
  }

  #read(sink: Sink): void | Promise<void> {
    if (this.#stop === undefined || !this.#isOutdated(this.#stop)) return this.#reader.read(sink)
    if (forgetSeries(this.#meters(), (attributes) => this.#reader.isOwn(attributes)) === true) return
    // Deferred, because `stop()` removes a callback of the SDK, and the SDK is calling its callbacks now.
    queueMicrotask(() => {
      this.#instruments?.stop()
      this.#onForgotten()
    })
  }

  #isOutdated(stop: { readonly number: number; readonly at: number }): boolean {
    const later = (stops.get(this.#meters()) ?? 0) - stop.number
    return later >= kept.supervisors || performance.now() - stop.at > kept.ms
  }

  #useCurrentProvider(): void {
    const now = this.#given ?? registeredMetrics()
    if (this.#instruments !== undefined && now === this.#provider) return
    this.#instruments?.stop()
    this.#provider = now
    this.#instruments = new Instruments(currentMeterProvider(this.#given))
    this.#runDuration = this.#instruments.recorded('runwell.task.run.duration')
    this.#instruments.start((sink) => this.#read(sink))
  }

  #unitEnded({ info, outcome, durationMs }: EventOf<'unit.ended'>): void {
    if (outcome === 'cancelled') return
    const { unitSuccess, unitFailure } = this.#labelsOf(info)
    this.#record(
      'runwell.task.unit.duration',
      durationMs,
      outcome === 'succeeded' ? unitSuccess : unitFailure,
    )
  }

  #record(name: RecordedName, ms: number, labels: Attributes): void {
    this.#instruments?.recorded(name)?.record(ms / 1000, labels)
  }

  #labelsOf(info: TaskInfo): Labels {
    if (this.#reader.isOverLimit) return labels({ ...this.#reader.base, [attr.taskCategory]: info.category })
    const known = this.#labels.get(info)
    if (known !== undefined) return known
    const made = labels({ ...this.#reader.base, [attr.taskName]: info.name })
    this.#labels.set(info, made)
    return made
  }
}

function labels(plain: Attributes): Labels {
  return {
    plain,
    success: { ...plain, [attr.runResult]: 'success' },
    failure: { ...plain, [attr.runResult]: 'failure' },
    unitSuccess: { ...plain, [attr.unitResult]: 'success' },
    unitFailure: { ...plain, [attr.unitResult]: 'failure' },
  }
}
