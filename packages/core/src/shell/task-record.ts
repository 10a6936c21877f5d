import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { TaskStateName } from '../base/words.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthStatus } from '../health/status.ts'
import type { TaskState } from '../kernel/state.ts'
import { newTask } from '../kernel/state.ts'
import { MetricsFold } from '../metrics/fold.ts'
import type { History } from '../metrics/history.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { SharedTask, Traits } from '../task/resolved.ts'
import type { RunContext } from '../task/run-context.ts'
import type { Task } from '../task/task.ts'
import type { Alarm } from './alarm.ts'
import type { Evidence } from './blocking/block-stats.ts'
import { noRareFields, RareFields } from './rare-fields.ts'
import type { Sleeper } from './timers.ts'

/** Everything that the shell keeps of one task beside the kernel's {@link TaskState}. In the heap of timers it stands for its slot and its restart. */
export class TaskEntry implements Sleeper {
  wakeAt = Number.POSITIVE_INFINITY
  place = -1

  readonly state: TaskState
  readonly fn: (context: RunContext) => unknown
  traits: Traits
  info: TaskInfo
  schedule: Schedule
  readonly metrics = new MetricsFold()
  history: History | undefined
  rulesAlarm: Alarm<TaskEntry> | undefined
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
  lastSuccessLoop: number | undefined

  /** What was last counted of it in the stock of the supervisor. */
  countedState: TaskStateName | undefined
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
  evidence: Evidence | undefined
  #rare: RareFields | undefined

  constructor(task: SharedTask, fn: TaskEntry['fn'], now: Now) {
    this.fn = fn
    this.traits = task.traits
    this.info = task.info
    this.schedule = task.schedule
    this.state = newTask(task.info.name, task.config)
    this.state.shell = this
    this.start = now
  }

  /** To be read. */
  get rarely(): Readonly<RareFields> {
    return this.#rare ?? noRareFields
  }

  /** To be changed; made when something is first set, for a service may have a hundred thousand tasks that are well. */
  get rare(): RareFields {
    this.#rare ??= new RareFields()
    return this.#rare
  }

  /** Wall time since when it could have been judged; 0 before it is armed. */
  get unknownSince(): number {
    return this.state.mode === 'registered' ? 0 : this.start.wall
  }

  get rules(): readonly HealthRule[] {
    return this.traits.rules
  }
}
