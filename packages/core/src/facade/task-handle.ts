import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Priority, TaskStateName } from '../base/words.ts'
import { healthOf } from '../health/health-of.ts'
import type { TaskHealth } from '../health/status.ts'
import { stateOf } from '../kernel/state.ts'
import type { RunRecord } from '../metrics/run-record.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import { inWindow } from '../restart/ledger.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { runsOf } from '../shell/live-run.ts'
import type { TaskEntry } from '../shell/task-record.ts'
import type { RestartResult, Task, TriggerResult } from '../task/task.ts'
import type { ActiveRun } from '../task/view.ts'

/** What a handle needs of the supervisor. */
export interface TaskHost {
  now(): Now
  successDueAt(entry: TaskEntry): number | undefined
  trigger(entry: TaskEntry, input: unknown): Promise<TriggerResult>
  restart(entry: TaskEntry): Promise<RestartResult>
  pause(entry: TaskEntry, reason: string | undefined): void
  resume(entry: TaskEntry): void
  reschedule(entry: TaskEntry, schedule: Schedule): void
  unregister(entry: TaskEntry): Promise<void>
}

/** The public face of a {@link TaskEntry}. */
export class TaskHandle implements Task {
  readonly #entry: TaskEntry
  readonly #host: TaskHost

  constructor(entry: TaskEntry, host: TaskHost) {
    this.#entry = entry
    this.#host = host
  }

  get name(): string {
    return this.#entry.info.name
  }

  get info(): TaskInfo {
    return this.#entry.info
  }

  get owner(): string {
    return this.#entry.info.owner
  }

  get category(): string {
    return this.#entry.info.category
  }

  get priority(): Priority {
    return this.#entry.info.priority
  }

  get schedule(): Schedule {
    return this.#entry.schedule
  }

  get state(): TaskStateName {
    return stateOf(this.#entry.state)
  }

  get paused(): boolean {
    return this.#entry.state.paused
  }

  get pausedAt(): number | undefined {
    return this.#entry.rarely.pausedAt
  }

  get pauseReason(): string | undefined {
    return this.#entry.rarely.pauseReason
  }

  get nextRunAt(): number | undefined {
    return wallOf(this.#host, this.#entry.state.slotDueAt)
  }

  get nextRestartAt(): number | undefined {
    return wallOf(this.#host, this.#entry.state.wakeAt)
  }

  get lastRun(): RunRecord | undefined {
    return this.#entry.history?.newest
  }

  active(): readonly ActiveRun[] {
    const { mono } = this.#host.now()
    return runsOf(this.#entry).map((run) => ({
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
    return this.#entry.metrics
  }

  health(): TaskHealth {
    return healthOf(this.#entry.state.health, this.#entry.unknownSince)
  }

  history(limit = 1_000): readonly RunRecord[] {
    return this.#entry.history?.list(limit) ?? []
  }

  successDueAt(): number | undefined {
    return this.#host.successDueAt(this.#entry)
  }

  restartsLeft(): number | undefined {
    const { config, ledger } = this.#entry.state
    if (config.kind !== 'loop') return undefined
    const { restarts, withinMs } = config.restart.budget
    const used = ledger === undefined ? 0 : inWindow(ledger, this.#host.now().mono, withinMs)
    return Math.max(0, restarts - used)
  }

  trigger(input?: unknown): Promise<TriggerResult> {
    return this.#host.trigger(this.#entry, input)
  }

  pause(reason?: string): void {
    this.#host.pause(this.#entry, reason)
  }

  resume(): void {
    this.#host.resume(this.#entry)
  }

  reschedule(schedule: Schedule): void {
    this.#host.reschedule(this.#entry, schedule)
  }

  restart(): Promise<RestartResult> {
    return this.#host.restart(this.#entry)
  }

  unregister(): Promise<void> {
    return this.#host.unregister(this.#entry)
  }
}

/** Wall time of a monotonic instant that is to come; `Infinity` never does. */
function wallOf(host: TaskHost, mono: number): number | undefined {
  if (mono === Number.POSITIVE_INFINITY) return undefined
  const now = host.now()
  return Math.round(now.wall + (mono - now.mono))
}
