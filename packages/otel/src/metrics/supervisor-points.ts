import type { EventOf, SupervisorView } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { type StatusState, statusState } from '../base/results.ts'
import { version } from '../base/version.ts'
import { Series, type Sink } from './series.ts'

export class SupervisorPoints {
  readonly #view: SupervisorView
  readonly #series: Series
  #hasTicked = false
  #phase: 'up' | 'stopping' | 'stopped' = 'up'
  #abandoned: number | undefined
  #fleet: { isUp: boolean; takeovers: number; lostLeases: number } | undefined

  constructor(view: SupervisorView, base: Readonly<Record<string, string>>) {
    this.#view = view
    this.#series = new Series(base)
  }

  ticked(): void {
    this.#hasTicked = true
  }

  stopping(): void {
    this.#phase = 'stopping'
  }

  stopped(event: EventOf<'shutdown.ended'>): void {
    this.#phase = 'stopped'
    this.#abandoned = event.report.abandoned.length
  }

  hasFleet(): void {
    this.#fleet ??= { isUp: true, takeovers: 0, lostLeases: 0 }
  }

  fleetIs(isUp: boolean): void {
    if (this.#fleet) this.#fleet.isUp = isUp
  }

  tookOver(): void {
    if (this.#fleet) this.#fleet.takeovers += 1
  }

  lostLease(): void {
    if (this.#fleet) this.#fleet.lostLeases += 1
  }

  get hasStopped(): boolean {
    return this.#phase === 'stopped'
  }

  read(sink: Sink): void {
    const series = this.#series
    const isUp = this.#view.startedAt !== undefined && this.#phase !== 'stopped'
    series.gauge(sink, 'runwell.supervisor.up', isUp ? 1 : 0)
    series.gauge(sink, 'runwell.supervisor.shutdown.abandoned', this.#abandoned)
    series.labelled(sink, 'runwell.build_info', 1, '', () => ({
      [attr.buildVersion]: version,
      [attr.buildNode]: process.versions.node,
    }))
    if (this.#fleet) {
      series.gauge(sink, 'runwell.fleet.up', isUp && this.#fleet.isUp ? 1 : 0)
      series.counter(sink, 'runwell.fleet.takeovers', this.#fleet.takeovers)
      series.counter(sink, 'runwell.fleet.lost_leases', this.#fleet.lostLeases)
    }
    if (this.#hasTicked) this.#readVerdicts(sink)
    this.#readTasks(sink)
    series.end(sink)
  }

  /** Asks the supervisor at each collection, so that its health agrees with the health of the tasks. */
  #readVerdicts(sink: Sink): void {
    const view = this.#view
    const isReady = this.#phase === 'up' && view.ready().ok
    this.#series.gauge(sink, 'runwell.supervisor.live', view.live().ok ? 1 : 0)
    this.#series.gauge(sink, 'runwell.supervisor.ready', isReady ? 1 : 0)
    this.#series.gauge(sink, 'runwell.supervisor.health', 1, attr.supervisorHealth, view.health())
  }

  #readTasks(sink: Sink): void {
    const counts = new Map<string, Map<StatusState, number>>()
    for (const task of this.#view.tasks()) {
      const states = counts.get(task.category) ?? new Map<StatusState, number>()
      counts.set(task.category, states)
      const state = statusState(task.state, task.paused)
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    for (const [category, states] of counts) {
      for (const [state, tasks] of states) {
        this.#series.labelled(sink, 'runwell.supervisor.tasks', tasks, `${category}|${state}`, () => ({
          [attr.taskCategory]: category,
          [attr.taskState]: state,
        }))
      }
    }
  }
}
