import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { TaskState } from '../base/words.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthStatus } from '../health/status.ts'
import type { KernelTask } from '../kernel/state.ts'
import { isStuck, newTask } from '../kernel/state.ts'
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
 * What the shell keeps about one task. The kernel keeps the rest in `state`. {@link Timers} wakes the task at
 * `wakeAt`, for example for its next slot or restart.
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
  handle: Task | undefined

  /**
   * When the task was started, on three clocks. Later events move single clocks:
   *
   * - the end of a pause or a standby moves `awake`
   * - a reschedule moves `wall` and `mono`
   * - a clock jump moves `wall`
   * - a run of a host that counts its period from its runs moves `mono`
   */
  start: Now

  /**
   * The number of due slots that still need a success. `unmetSince`: when the oldest of these slots became due, in
   * awake time.
   */
  unmetSlots = 0
  unmetSince = 0
  lastSuccessAwake: number | undefined

  countedState: TaskState | undefined
  countedHealth: HealthStatus | undefined
  /** True while the task is registered. After that, another task may have the same name. */
  isRegistered = false
  keepsAlive = false
  isTouched = false
  mustJudge = false
  runEnded = false
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

  /** Must not be changed: all tasks without extras share one object with the defaults. */
  get readonlyExtras(): Readonly<TaskExtras> {
    return this.#extras ?? noExtras
  }

  /** The object is created at the first use, because a service may have 100,000 tasks. */
  get extras(): TaskExtras {
    this.#extras ??= new TaskExtras()
    return this.#extras
  }

  succeeded(awake: number): void {
    this.lastSuccessAwake = awake
    if (this.readonlyExtras.heldSinceSuccessMs !== 0) this.extras.heldSinceSuccessMs = 0
    this.clearUnmet()
  }

  clearUnmet(): void {
    this.clearOldSlots()
    this.clearPostponed()
  }

  clearPostponed(): void {
    if (this.readonlyExtras.postponed !== undefined) this.extras.postponed = undefined
  }

  /**
   * From now on, the health of the task needs no success for the slots so far. Called, for example, after a success
   * and at a reschedule.
   */
  clearOldSlots(): void {
    this.unmetSlots = 0
    if (this.readonlyExtras.heldBack !== undefined) this.extras.heldBack = undefined
    this.clearMissing()
  }

  addMissing(slots: number, awake: number): void {
    const { extras } = this
    if (extras.missing === undefined) extras.missing = { slots, sinceAwake: awake }
    else extras.missing.slots += slots
  }

  /**
   * Called when the host reports skipped slots.
   * @param isForgiven - whether the health of the task needs no success for these slots
   */
  onToldSkip(slots: number, isForgiven: boolean): void {
    this.clearMissing()
    this.mustJudge = true
    if (isForgiven) this.unmetSlots = Math.max(0, this.unmetSlots - slots)
  }

  clearMissing(): void {
    if (this.readonlyExtras.missing !== undefined) this.extras.missing = undefined
  }

  /** Called when the number of abandoned runs may have changed. */
  followStuck(awake: number): void {
    const blocked = isStuck(this.state)
    if (blocked === (this.readonlyExtras.stuckSinceAwake !== undefined)) return
    this.extras.stuckSinceAwake = blocked ? awake : undefined
  }

  get unknownSince(): number {
    return this.state.mode === 'registered' ? 0 : this.start.wall
  }

  get rules(): readonly HealthRule[] {
    return this.settings.rules
  }
}
