import { customInspect, type Inspect } from '../base/inspect.ts'
import { check, takes, wholeNumber } from '../base/options.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Priority, TaskState } from '../base/words.ts'
import type { TaskHealth } from '../health/status.ts'
import { stateOf } from '../kernel/state.ts'
import type { RunRecord } from '../metrics/run-record.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import { inWindow } from '../restart/ledger.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { calledRunsOf } from '../shell/live-run.ts'
import { endLoopFailures } from '../shell/loop-up.ts'
import { RecordFacts } from '../shell/task-facts.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { ofTask } from '../task/of-task.ts'
import type { ControlOptions, RestartResult, Task, TriggerResult } from '../task/task.ts'
import type { ActiveRun, TaskView } from '../task/view.ts'
import type { AbortOptions, PauseOptions } from './control-options.ts'
import { nextSlotsOf } from './next-slots.ts'
import type { TaskControl } from './task-control.ts'

const countOfRuns = takes<number>(
  'a number of runs from 0',
  (value) => typeof value === 'number' && value >= 0,
)

const countOfSlots = wholeNumber(0, 10_000)

export class TaskHandle implements Task {
  readonly #record: TaskRecord
  readonly #control: TaskControl

  constructor(record: TaskRecord, control: TaskControl) {
    this.#record = record
    this.#control = control
  }

  [customInspect](_depth: number, options: object, inspect: Inspect): string {
    const { name, state } = this
    const { status, reasons } = this.health()
    const shown = { name, state, health: status, reasons: reasons.map(({ reason }) => reason) }
    return `Task ${inspect(shown, options)}`
  }

  get name(): string {
    return this.#record.info.name
  }

  get info(): TaskInfo {
    return this.#record.info
  }

  get owner(): string {
    return this.#record.info.owner
  }

  get category(): string {
    return this.#record.info.category
  }

  get priority(): Priority {
    return this.#record.info.priority
  }

  get schedule(): Schedule {
    return this.#record.schedule
  }

  get state(): TaskState {
    return stateOf(this.#record.state)
  }

  get paused(): boolean {
    return this.#record.state.paused
  }

  get pausedAt(): number | undefined {
    return this.#record.readonlyExtras.pausedAt
  }

  get pausedUntil(): number | undefined {
    const { pausedUntil } = this.#record.state
    return pausedUntil === Number.POSITIVE_INFINITY ? undefined : pausedUntil
  }

  get pausedBy(): string | undefined {
    return this.#record.readonlyExtras.pausedBy
  }

  get pauseReason(): string | undefined {
    return this.#record.readonlyExtras.pauseReason
  }

  get nextRunAt(): number | undefined {
    return this.#control.nextRunAt(this.#record)
  }

  get nextRestartAt(): number | undefined {
    const { wakeAt } = this.#record.state
    if (wakeAt === Number.POSITIVE_INFINITY) return undefined
    const { wall, mono } = this.#control.now()
    return Math.round(wall + (wakeAt - mono))
  }

  get lastRun(): RunRecord | undefined {
    return this.#record.history?.newest
  }

  get fleet(): TaskView['fleet'] {
    return this.#control.fleetView(this.#record)
  }

  active(): readonly ActiveRun[] {
    const { mono } = this.#control.now()
    return calledRunsOf(this.#record).map((run) => ({
      runId: run.runId,
      trigger: run.state.trigger,
      attempt: run.state.attempt,
      generation: run.state.generation,
      startedAt: run.startedAt,
      scheduledAt: run.scheduledAt,
      ageMs: mono - run.state.startedAt,
      lastBeatAt: run.beatAt,
      lastBeatNote: run.beatNote,
      abandoned: run.outcome === 'abandoned',
      annotations: run.annotations,
    }))
  }

  metrics(): TaskMetrics {
    endLoopFailures(this.#record, () => this.#control.now())
    return this.#record.metrics
  }

  health(): TaskHealth {
    return this.#control.health(this.#record)
  }

  history(limit = 10_000): readonly RunRecord[] {
    ofTask(this.name, () => check('limit', limit, countOfRuns))
    return this.#record.history?.list(limit, this.#control.now().wall) ?? []
  }

  nextSlots(limit = 5): readonly number[] {
    ofTask(this.name, () => check('limit', limit, countOfSlots))
    return nextSlotsOf(this.#record, this.#control.now(), limit)
  }

  successDueAt(): number | undefined {
    return this.#control.successDueAt(this.#record)
  }

  restartsLeft(): number | undefined {
    const { config, ledger } = this.#record.state
    if (!this.info.schedule.restarts) return undefined
    if (new RecordFacts(this.#record, this.#control.now()).givenUp !== undefined) return 0
    const { restarts, withinMs } = config.restart.budget
    const used = ledger === undefined ? 0 : inWindow(ledger, this.#control.now().mono, withinMs)
    return Math.max(0, restarts - used)
  }

  trigger(input?: unknown, options?: ControlOptions): Promise<TriggerResult> {
    return ofTask(this.name, () => this.#control.trigger(this.#record, input, options))
  }

  pause(options?: PauseOptions): void {
    ofTask(this.name, () => this.#control.pause(this.#record, options))
  }

  resume(options?: ControlOptions): void {
    ofTask(this.name, () => this.#control.resume(this.#record, options))
  }

  reschedule(schedule: Schedule, options?: ControlOptions): void {
    ofTask(this.name, () => this.#control.reschedule(this.#record, schedule, options))
  }

  restart(options?: ControlOptions): Promise<RestartResult> {
    return ofTask(this.name, () => this.#control.restart(this.#record, options))
  }

  abort(options?: AbortOptions): number {
    return ofTask(this.name, () => this.#control.abort(this.#record, options))
  }

  unregister(options?: ControlOptions): Promise<void> {
    const isOwn = this.#control.isOwn(this.#record)
    const gone = ofTask(this.name, () => this.#control.unregister(this.#record, options))
    return isOwn ? Promise.resolve() : gone
  }
}
