import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { TaskState } from '../base/words.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthStatus } from '../health/status.ts'
import type { KernelTask } from '../kernel/state.ts'
import { newTask } from '../kernel/state.ts'
import { MetricsFold } from '../metrics/fold.ts'
import type { History } from '../metrics/history.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { SharedTask, TaskSettings } from '../task/resolved.ts'
import type { RunContext } from '../task/run-context.ts'
import type { Task } from '../task/task.ts'
import type { Alarm } from './alarm.ts'
import type { BlockStats } from './blocking/block-stats.ts'
import { noExtras, TaskExtras } from './task-extras.ts'
import type { Sleeper } from './timers.ts'

/** Everything that the shell keeps of one task beside the kernel's {@link KernelTask}. In the heap of timers it stands for its slot and its restart. */
export class TaskRecord implements Sleeper {
  wakeAt = Number.POSITIVE_INFINITY
  heapIndex = -1

  readonly state: KernelTask
  readonly fn: (context: RunContext) => unknown
  settings: TaskSettings
  info: TaskInfo
  schedule: Schedule
  readonly metrics = new MetricsFold()
  history: History | undefined
  rulesAlarm: Alarm<TaskRecord> | undefined
  /** The public face; made when first asked for. */
  handle: Task | undefined

  /**
   * When it was armed: slot 0 of a schedule that counts from the start, and since when its rules are asked. One object for
   * all tasks that are armed together, for three numbers of each would weigh more.
   */
  start: Now

  /** Slots that came due since the last success, and when (loop time) the oldest did. */
  unmetSlots = 0
  unmetSince = 0
  lastSuccessAwake: number | undefined

  /** What was last counted of it in the taskCounts of the supervisor. */
  countedState: TaskState | undefined
  countedHealth: HealthStatus | undefined
  /** Its name stands for it. */
  isRegistered = false
  keepsAlive = false
  isTouched = false
  /** The rules have to be asked at the end of this batch. */
  mustJudge = false
  /** Whether a run has ended in this batch; `routinely`: only as most do, in success and without holding the event loop. */
  runEnded: 'no' | 'routinely' | 'notably' = 'no'
  /** Kept by whoever finds out who holds the event loop. */
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

  /** To be read. */
  get readonlyExtras(): Readonly<TaskExtras> {
    return this.#extras ?? noExtras
  }

  /** To be changed; made when something is first set, for a service may have a hundred thousand tasks that are well. */
  get extras(): TaskExtras {
    this.#extras ??= new TaskExtras()
    return this.#extras
  }

  /** Wall time since when it could have been judged; 0 before it is armed. */
  get unknownSince(): number {
    return this.state.mode === 'registered' ? 0 : this.start.wall
  }

  get rules(): readonly HealthRule[] {
    return this.settings.rules
  }
}
