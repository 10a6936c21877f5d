import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { TaskState } from '../base/words.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthStatus } from '../health/status.ts'
import type { KernelTask } from '../kernel/state.ts'
import { newTask } from '../kernel/state.ts'
import type { History } from '../metrics/history.ts'
import { TaskMetricsFold } from '../metrics/task-metrics-fold.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { SharedTask, TaskSettings } from '../task/resolved.ts'
import type { RunContext } from '../task/run-context.ts'
import type { Task } from '../task/task.ts'
import type { Alarm } from './alarm.ts'
import type { BlockStats } from './blocking/block-stats.ts'
import { noExtras, TaskExtras } from './task-extras.ts'
import type { Sleeper } from './timers.ts'

/**
 * What the shell keeps about one task, beside the kernel's {@link KernelTask}. It is also the entry in the heap of
 * timers for the next slot and restart of the task.
 */
export class TaskRecord implements Sleeper {
  wakeAt = Number.POSITIVE_INFINITY
  heapIndex = -1

  readonly state: KernelTask
  readonly fn: (context: RunContext) => unknown
  settings: TaskSettings
  info: TaskInfo
  schedule: Schedule
  readonly metrics = new TaskMetricsFold()
  history: History | undefined
  rulesAlarm: Alarm<TaskRecord> | undefined
  /** The public handle; created when first needed. */
  handle: Task | undefined

  /**
   * When the task was armed. Schedules that count from the start have their slot 0 here, and the health is judged from
   * here on. A reschedule or the end of a pause replaces it. Tasks that are armed together share one object.
   */
  start: Now

  /** Slots that came due since the last success, and the awake time at which the oldest did. */
  unmetSlots = 0
  unmetSince = 0
  lastSuccessAwake: number | undefined

  /** The state and health under which the task is counted in {@link TaskCounts}. */
  countedState: TaskState | undefined
  countedHealth: HealthStatus | undefined
  /** Whether the name still belongs to this record. */
  isRegistered = false
  keepsAlive = false
  isTouched = false
  /** Whether all rules are evaluated at the end of this step. After a quick success, some rules may be left out. */
  mustJudge = false
  /**
   * A run has ended in this step. If `mustJudge` is not set, all runs that ended were successes that did not block the
   * event loop.
   */
  runEnded = false
  /** What {@link BlockAttribution} keeps about this task. */
  blockStats: BlockStats | undefined
  #extras: TaskExtras | undefined

  constructor(task: SharedTask, fn: TaskRecord['fn'], now: Now) {
    this.fn = fn
    this.settings = task.settings
    this.info = task.info
    this.schedule = task.schedule
    this.state = newTask(task.info.name, task.config)
    this.state.shell = this
    this.start = now
  }

  /** Read-only view; shared defaults when nothing was ever set. */
  get readonlyExtras(): Readonly<TaskExtras> {
    return this.#extras ?? noExtras
  }

  /** The extras for writing, created at the first use: a service may have a hundred thousand tasks that need none. */
  get extras(): TaskExtras {
    this.#extras ??= new TaskExtras()
    return this.#extras
  }

  /** Called when a run succeeds or a pause begins: no slot waits for a success any more. */
  clearUnmet(): void {
    this.clearOldSlots()
    this.clearPostponed()
  }

  clearPostponed(): void {
    if (this.readonlyExtras.postponed !== undefined) this.extras.postponed = undefined
  }

  /** Called for a new schedule: the slots of the old one no longer need a success. */
  clearOldSlots(): void {
    this.unmetSlots = 0
    if (this.readonlyExtras.heldBack !== undefined) this.extras.heldBack = undefined
    this.clearMissing()
  }

  /** Slots came due for which the host has not started a run yet. */
  addMissing(slots: number, awake: number): void {
    const { extras } = this
    if (extras.missing === undefined) extras.missing = { slots, sinceAwake: awake }
    else extras.missing.slots += slots
  }

  /** The host has skipped this many slots. @param isForgiven - whether no success is expected for them */
  onToldSkip(slots: number, isForgiven: boolean): void {
    this.clearMissing()
    this.mustJudge = true
    if (isForgiven) this.unmetSlots = Math.max(0, this.unmetSlots - slots)
  }

  /** The host has given a sign of life. */
  clearMissing(): void {
    if (this.readonlyExtras.missing !== undefined) this.extras.missing = undefined
  }

  /** Wall time at which the task was armed; 0 before. */
  get unknownSince(): number {
    return this.state.mode === 'registered' ? 0 : this.start.wall
  }

  get rules(): readonly HealthRule[] {
    return this.settings.rules
  }
}
