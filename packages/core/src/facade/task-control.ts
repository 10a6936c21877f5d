import { deferred } from '../base/deferred.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { check, textUpTo } from '../base/options.ts'
import { isExternal, type ScheduleInfo } from '../base/schedule-info.ts'
import type { RestartRefusal } from '../base/words.ts'
import type { TaskHealth } from '../health/status.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { RequestAnswer } from '../shell/pending-request.ts'
import { readHealth } from '../shell/read-health.ts'
import type { SlotFeed } from '../shell/slot-feed.ts'
import type { SlotPlanner } from '../shell/slot-planner.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { checkSchedule, rescheduled } from '../task/resolve-task.ts'
import type { RestartResult, TriggerResult } from '../task/task.ts'

/** Passes the calls of task handles to the kernel and returns its answers. */
export class TaskControl {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #slots: SlotFeed

  constructor(kernelLoop: KernelLoop, planner: SlotPlanner, slots: SlotFeed) {
    this.#kernelLoop = kernelLoop
    this.#planner = planner
    this.#slots = slots
  }

  now(): Now {
    return this.#kernelLoop.now()
  }

  health(record: TaskRecord): TaskHealth {
    return readHealth(record, this.now(), this.#kernelLoop.kernel.phase)
  }

  successDueAt(record: TaskRecord): number | undefined {
    return this.#planner.successDueAt(record, this.now())
  }

  trigger(record: TaskRecord, input: unknown): Promise<TriggerResult> {
    const reason = this.#refusal(record)
    if (reason) return Promise.resolve({ started: false, reason })
    const { promise, resolve } = deferred<TriggerResult>()
    // A trigger is never refused for a reason that applies only to restarts.
    const onOutcome = resolve as (answer: RequestAnswer) => void
    const requestId = this.#kernelLoop.addRequest({
      input,
      callers: this.#kernelLoop.observers.captureCallers(),
      context: undefined,
      run: undefined,
      onStarted: undefined,
      onOutcome,
    })
    const standby = this.#slots.isStandby(record)
    const { name } = record.info
    this.#kernelLoop.dispatch({ type: 'trigger', task: name, trigger: 'manual', requestId, standby })
    this.#ifOwnRunWaits(record, requestId, () => resolve({ started: false, reason: 'queued' }))
    return promise
  }

  restart(record: TaskRecord): Promise<RestartResult> {
    const reason = this.#refusal(record)
    if (reason) return Promise.resolve({ restarted: false, reason })
    return new Promise((resolve) => {
      const onStarted = (): void => resolve({ restarted: true })
      const onOutcome = (answer: RequestAnswer): void => {
        if (!answer.started) resolve({ restarted: false, reason: answer.reason as RestartRefusal })
      }
      const requestId = this.#kernelLoop.addRequest({
        input: undefined,
        callers: this.#kernelLoop.observers.captureCallers(),
        context: undefined,
        run: undefined,
        onStarted,
        onOutcome,
      })
      const { name } = record.info
      this.#kernelLoop.dispatch({ type: 'restart', task: name, cause: 'manual', requestId, progress: false })
      this.#ifOwnRunWaits(record, requestId, onStarted)
    })
  }

  /** Whether a run of this task makes the current call. */
  isOwn(record: TaskRecord): boolean {
    return this.#kernelLoop.currentRun.get()?.record === record
  }

  /** Calls `answer` if a run of this task has made the request, and the request is queued until that run ends. */
  #ifOwnRunWaits(record: TaskRecord, requestId: number, answer: () => void): void {
    if (!this.isOwn(record)) return
    // In the synchronous part of a run, the request is decided once the function has returned.
    queueMicrotask(() => {
      if (record.state.queued?.requestId === requestId) answer()
    })
  }

  /** Why this handle can never start a run, whatever the state of the task. */
  #refusal(record: TaskRecord): 'unregistered' | 'external' | undefined {
    if (!record.isRegistered) return 'unregistered'
    return isExternal(record.info.schedule) ? 'external' : undefined
  }

  /** @throws {@link InvalidOptionError} if `reason` is given and is not a string. */
  pause(record: TaskRecord, reason: string | undefined): void {
    if (reason !== undefined) check('reason', reason, textUpTo(1_000))
    if (record.isRegistered) this.#kernelLoop.dispatch({ type: 'pause', task: record.info.name, reason })
  }

  resume(record: TaskRecord): void {
    if (record.isRegistered) this.#kernelLoop.dispatch({ type: 'resume', task: record.info.name })
  }

  /** @throws {@link InvalidOptionError} if `schedule` is not a schedule, and for a change to or from a loop. */
  reschedule(record: TaskRecord, schedule: Schedule): void {
    const { kind } = record.info.schedule
    checkSchedule(schedule)
    if (!canReschedule(record.info.schedule) || !canReschedule(schedule.info)) {
      throw new InvalidOptionError(
        'schedule',
        `a schedule that a task of kind '${kind}' can change to`,
        schedule.info.text,
      )
    }
    if (!record.isRegistered) return
    const { config, ...next } = rescheduled(record.info, record.state.config, record.settings, schedule)
    record.extras.reschedules ??= []
    record.extras.reschedules.push(next)
    const former = this.#slots.beforeReschedule(record, schedule)
    this.#kernelLoop.dispatch({ type: 'reschedule', task: record.info.name, config, ...former })
  }

  /** Resolves when the task is removed. */
  unregister(record: TaskRecord): Promise<void> {
    if (!record.isRegistered) return Promise.resolve()
    return new Promise((resolve) => {
      record.extras.onGone ??= []
      record.extras.onGone.push(resolve)
      this.#kernelLoop.batch(() => {
        this.#slots.skipPassed([record])
        this.#kernelLoop.dispatch({ type: 'unregister', task: record.info.name })
      })
    })
  }
}

/** A loop can't become anything else, nor can work that other code starts. */
function canReschedule(schedule: ScheduleInfo): boolean {
  return !schedule.restarts && !isExternal(schedule)
}
