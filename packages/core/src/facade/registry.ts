import { DuplicateTaskError, WrongStateError } from '../base/errors.ts'
import { unnumbered } from '../events/base-event.ts'
import { emit } from '../shell/emit.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { TaskCounts } from '../shell/task-counts.ts'
import { TaskRecord } from '../shell/task-record.ts'
import { refuseCycle, refuseUnknown } from '../shutdown/plan.ts'
import type { ResolvedTask } from '../task/resolved.ts'
import { EqualParts } from '../task/share-equal.ts'
import type { ResolvedSupervisor } from './supervisor-options.ts'

export class Registry {
  readonly #kernelLoop: KernelLoop
  readonly #taskCounts: TaskCounts
  readonly #equalParts = new EqualParts()
  readonly #options: Pick<ResolvedSupervisor, 'isTaskDisabled' | 'categoryOf'>
  readonly #closed = new Map<string, number>()

  constructor(
    kernelLoop: KernelLoop,
    taskCounts: TaskCounts,
    options: Pick<ResolvedSupervisor, 'isTaskDisabled' | 'categoryOf'>,
  ) {
    this.#kernelLoop = kernelLoop
    this.#taskCounts = taskCounts
    this.#options = options
  }

  /** @param prepare - completes the record before an observer can see the task */
  add(options: ResolvedTask, prepare?: (record: TaskRecord) => void): TaskRecord {
    const { records, kernel } = this.#kernelLoop
    const { name } = options.info
    if (kernel.phase === 'stopping' || kernel.phase === 'stopped') {
      throw new WrongStateError(
        `Task '${name}' cannot be registered because the supervisor has been stopped. Create a new supervisor.`,
      )
    }
    if (this.isClosed(options.info.owner)) throw ownerClosed(name, options.info.owner)
    const known = records.get(name)
    if (known) throw new DuplicateTaskError(name, known.info.owner)
    const { priority, dependsOn } = options.config
    refuseCycle({ name, priority, dependsOn }, (other) => {
      const config = kernel.tasks.get(other)?.config
      return config && { name: other, priority: config.priority, dependsOn: config.dependsOn }
    })
    // Before the start, a dependency may still be registered later. `start()` checks that all of them are registered.
    if (kernel.phase !== 'new') refuseUnknown([{ name, dependsOn }], records)
    const record = new TaskRecord(
      this.#equalParts.share(this.#categorized(options)),
      options.run,
      this.#kernelLoop.now(),
    )
    prepare?.(record)
    records.set(name, record)
    record.isRegistered = true
    this.#taskCounts.add(record)
    this.#kernelLoop.batch(() => {
      // Dispatched first, because an observer may trigger the task when it receives `task.registered`. The kernel
      // handles these events after the batch, in this order.
      this.#kernelLoop.dispatch({ type: 'register', task: name, record: record.state })
      const at = this.#kernelLoop.clock.now()
      emit(this.#kernelLoop, record, {
        type: 'task.registered',
        seq: unnumbered,
        at,
        task: name,
        info: record.info,
      })
      // `RUNWELL_TASKS_DISABLED` can't prevent runs that other code starts (`startedBy: 'call'`).
      const isDisabled = record.info.schedule.startedBy !== 'call' && this.#options.isTaskDisabled(name)
      if (isDisabled && record.state.fleet) record.state.fleet.isDisabled = true
      if (isDisabled) this.#pause(record, at, 'disabled by the environment')
      else if (options.paused !== false)
        this.#pause(record, at, options.paused === true ? undefined : options.paused)
    })
    return record
  }

  #categorized(task: ResolvedTask): ResolvedTask {
    const category = task.namesCategory ? undefined : this.#options.categoryOf(task.info.name)
    return category === undefined ? task : { ...task, info: Object.freeze({ ...task.info, category }) }
  }

  /** Must be called before the kernel handles `register`. After that, the first run could start before the pause. */
  #pause(record: TaskRecord, at: number, reason: string | undefined): void {
    const { info, state } = record
    state.paused = true
    record.extras.pausedAt = at
    record.extras.pauseReason = reason
    emit(this.#kernelLoop, record, {
      type: 'task.paused',
      seq: unnumbered,
      at,
      task: info.name,
      info,
      reason,
    })
  }

  /** Until the returned function is called, runs of `owner` can't register or spawn for `owner`. */
  closeToOwnRuns(owner: string): () => void {
    this.#closed.set(owner, (this.#closed.get(owner) ?? 0) + 1)
    return () => {
      const left = (this.#closed.get(owner) ?? 1) - 1
      if (left > 0) this.#closed.set(owner, left)
      else this.#closed.delete(owner)
    }
  }

  isClosed(owner: string): boolean {
    return this.#closed.has(owner) && this.#kernelLoop.currentRun.get()?.record.info.owner === owner
  }

  remove(record: TaskRecord): void {
    const { records, timers } = this.#kernelLoop
    if (!record.isRegistered) return
    record.isRegistered = false
    records.delete(record.info.name)
    this.#taskCounts.remove(record)
    timers.set(record, Number.POSITIVE_INFINITY)
    if (record.rulesAlarm) timers.set(record.rulesAlarm, Number.POSITIVE_INFINITY)
    const { onGone } = record.readonlyExtras
    if (onGone === undefined) return
    record.extras.onGone = undefined
    for (const done of onGone) done()
  }
}

export function ownerClosed(task: string, owner: string): WrongStateError {
  return new WrongStateError(
    `Task '${task}' cannot be registered while its owner '${owner}' is being disposed of. Await dispose() first.`,
    owner,
  )
}
