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
 * What the shell keeps about one task, beside the kernel's {@link KernelTask}. The record is also an entry in {@link
 * Timers}, for the next slot and restart of the task.
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
  /** The object that users get for the task. Created when first needed. */
  handle: Task | undefined

  /**
   * When the task was armed. Slot 0 of schedules that count from the start is here, and health rules measure ages from
   * here. A reschedule or the end of a pause sets a new value. Tasks that are armed together share one object.
   */
  start: Now

  /** How many slots came due since the last success, and the awake time at which the oldest of them came due. */
  unmetSlots = 0
  unmetSince = 0
  lastSuccessAwake: number | undefined

  /** The state and health under which the task is counted in {@link TaskCounts}. */
  countedState: TaskState | undefined
  countedHealth: HealthStatus | undefined
  /** Whether the task is registered. Once it is unregistered, another task may have its name. */
  isRegistered = false
  keepsAlive = false
  isTouched = false
  /** Whether all rules are evaluated at the end of this step. If only `runEnded` is set, some rules may be left out. */
  mustJudge = false
  /**
   * Whether a run has ended in this step. Without `mustJudge`, all runs that ended were successes that did not block
   * the event loop.
   */
  runEnded = false
  /** For {@link BlockAttribution}: for how long the event loop was blocked while this task was active. */
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

  /** The extras for reading. All tasks that have never set an extra share the same defaults. */
  get readonlyExtras(): Readonly<TaskExtras> {
    return this.#extras ?? noExtras
  }

  /**
   * The extras for writing. Created at the first use, because a service may have a hundred thousand tasks without any.
   */
  get extras(): TaskExtras {
    this.#extras ??= new TaskExtras()
    return this.#extras
  }

  /** @param awake - awake time of the success */
  succeeded(awake: number): void {
    this.lastSuccessAwake = awake
    if (this.readonlyExtras.heldSinceSuccessMs !== 0) this.extras.heldSinceSuccessMs = 0
    this.clearUnmet()
  }

  /** Called, for instance, when a run succeeds or a pause begins. From then on no slot waits for a success. */
  clearUnmet(): void {
    this.clearOldSlots()
    this.clearPostponed()
  }

  clearPostponed(): void {
    if (this.readonlyExtras.postponed !== undefined) this.extras.postponed = undefined
  }

  /** Called for a new schedule, because slots of the old schedule no longer need a success. */
  clearOldSlots(): void {
    this.unmetSlots = 0
    if (this.readonlyExtras.heldBack !== undefined) this.extras.heldBack = undefined
    this.clearMissing()
  }

  /** Called when slots of an external task came due. They are missing until the host starts a run. */
  addMissing(slots: number, awake: number): void {
    const { extras } = this
    if (extras.missing === undefined) extras.missing = { slots, sinceAwake: awake }
    else extras.missing.slots += slots
  }

  /** Called when the host reports skipped slots. @param isForgiven - whether no success is expected for these slots */
  onToldSkip(slots: number, isForgiven: boolean): void {
    this.clearMissing()
    this.mustJudge = true
    if (isForgiven) this.unmetSlots = Math.max(0, this.unmetSlots - slots)
  }

  /** Called when the host has given a sign of life, such as a run or a skip. */
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
