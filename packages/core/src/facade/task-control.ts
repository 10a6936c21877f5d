import { deferred } from '../base/deferred.ts'
import type { Now } from '../base/now.ts'
import { isExternal } from '../base/schedule-info.ts'
import type { Control, ControlResult, RefusalReason, RestartRefusal } from '../base/words.ts'
import type { TaskHealth } from '../health/status.ts'
import type { Asked } from '../kernel/event.ts'
import { fromPlain, type PlainSchedule, toPlain } from '../schedule/plain-schedule.ts'
import { keepsSlots } from '../schedule/same-schedule.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { FleetLink } from '../shell/fleet-link.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import { calledRunsOf } from '../shell/live-run.ts'
import type { RequestAnswer } from '../shell/pending-request.ts'
import { readHealth } from '../shell/read-health.ts'
import type { SlotFeed } from '../shell/slot-feed.ts'
import type { SlotPlanner } from '../shell/slot-planner.ts'
import { successDueAt } from '../shell/success-due.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import { checkSchedule } from '../task/check-schedule.ts'
import { externalRescheduled } from '../task/resolve-external.ts'
import { fleetSchedule } from '../task/resolve-fleet.ts'
import { rescheduled } from '../task/resolve-task.ts'
import type { SharedTask } from '../task/resolved.ts'
import type { ControlOptions, RestartResult, TriggerResult } from '../task/task.ts'
import type { TaskView } from '../task/view.ts'
import { type AbortOptions, type PauseOptions, readAbort, readControl, readPause } from './control-options.ts'
import { triggerInFleet } from './fleet-trigger.ts'
import { fleetViewOf } from './fleet-view.ts'
import { canExpect, cannotChange, canReschedule, currentSchedule } from './schedule-changes.ts'

export class TaskControl {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #slots: SlotFeed
  readonly #fleet: FleetLink | undefined

  constructor(kernelLoop: KernelLoop, planner: SlotPlanner, slots: SlotFeed, fleet: FleetLink | undefined) {
    this.#kernelLoop = kernelLoop
    this.#fleet = fleet
    if (fleet) fleet.controls.onRescheduled = (record, schedule) => this.#fleetRescheduled(record, schedule)
    this.#planner = planner
    this.#slots = slots
  }

  now(): Now {
    return this.#kernelLoop.now()
  }

  /** If the wall clock has jumped, the slots are planned again first, so that callers never read old slots. */
  #lookedNow(): Now {
    const now = this.now()
    return this.#kernelLoop.lookAtClock(now) ? this.now() : now
  }

  /** `undefined` if no slot is planned, and while the slots are moved because of a clock jump. */
  nextRunAt(record: TaskRecord): number | undefined {
    const now = this.#lookedNow()
    return this.#kernelLoop.isMoving ? undefined : this.#planner.nextRunAt(record, now)
  }

  health(record: TaskRecord): TaskHealth {
    return readHealth(record, this.now(), this.#kernelLoop.kernel.phase)
  }

  fleetView(record: TaskRecord): TaskView['fleet'] {
    return fleetViewOf(this.#fleet, record)
  }

  successDueAt(record: TaskRecord): number | undefined {
    return successDueAt(record, this.#planner, this.#lookedNow())
  }

  trigger(record: TaskRecord, input: unknown, options?: ControlOptions): Promise<TriggerResult> {
    const asked = readControl('trigger', options)
    const { host } = record.readonlyExtras
    if (host?.can('trigger') && record.isRegistered)
      return this.#triggerOther(record, asked, () => host.trigger(input))
    const reason = this.#refusal(record)
    if (reason) return this.#refuse(record, reason, asked)
    const fleet = this.#fleetOf(record)
    if (fleet?.isUp === false) return this.#refuse(record, 'unreachable', asked)
    if (fleet) return this.#triggerOther(record, asked, () => triggerInFleet(fleet, record, input))
    const { promise, resolve } = deferred<TriggerResult>()
    // The cast is safe: a trigger is never refused for a reason that only restarts have.
    const onOutcome = resolve as (answer: RequestAnswer) => void
    const requestId = this.#kernelLoop.requests.add({
      input,
      callers: this.#kernelLoop.observers.captureCallers(),
      context: undefined,
      run: undefined,
      onStarted: undefined,
      onOutcome,
    })
    const standby = this.#slots.isStandby(record)
    const { name } = record.info
    this.#kernelLoop.dispatch({ type: 'trigger', task: name, trigger: 'manual', requestId, standby, asked })
    this.#ifOwnRunWaits(record, requestId, () => resolve({ started: false, reason: 'queued' }))
    return promise
  }

  #fleetOf(record: TaskRecord): FleetLink | undefined {
    return record.state.fleet && record.isRegistered ? this.#fleet : undefined
  }

  #triggerOther(
    record: TaskRecord,
    asked: Asked | undefined,
    trigger: () => Promise<TriggerResult>,
  ): Promise<TriggerResult> {
    const { phase } = this.#kernelLoop.kernel
    const isStopping = phase === 'stopping' || phase === 'stopped'
    const refusal = isStopping ? 'stopping' : record.state.paused ? 'paused' : undefined
    if (refusal) return this.#refuse(record, refusal, asked)
    const answer = trigger().then((result) => {
      if (!result.started) this.#report(record, 'trigger', result.reason, undefined)
      return result
    })
    this.#tell(record, 'trigger', 'done', asked)
    // The new run may start only after the calling run has ended. If the calling run waited for `answer`, both would
    // wait forever.
    return this.isOwn(record) ? Promise.resolve({ started: false, reason: 'queued' }) : answer
  }

  #refuse(record: TaskRecord, reason: RefusalReason, asked: Asked | undefined): Promise<TriggerResult> {
    this.#report(record, 'trigger', reason, asked)
    return Promise.resolve({ started: false, reason })
  }

  #tell(record: TaskRecord, control: Control, result: ControlResult, asked: Asked | undefined): void {
    if (asked) this.#report(record, control, result, asked)
  }

  /** Emits the events of a call that the kernel does not decide: `control.performed`, and `run.skipped`. */
  #report(record: TaskRecord, control: Control, result: ControlResult, asked: Asked | undefined): void {
    if (!record.isRegistered) return
    this.#kernelLoop.dispatch({ type: 'controlled', task: record.info.name, control, result, asked })
  }

  restart(record: TaskRecord, options?: ControlOptions): Promise<RestartResult> {
    const asked = readControl('restart', options)
    // A task of a fleet can't be restarted here, because another process may be running it.
    const reason = this.#fleetOf(record) ? 'external' : this.#refusal(record)
    if (reason) {
      this.#tell(record, 'restart', reason, asked)
      return Promise.resolve({ restarted: false, reason })
    }
    return new Promise((resolve) => {
      const onStarted = (): void => resolve({ restarted: true })
      const onOutcome = (answer: RequestAnswer): void => {
        if (!answer.started) resolve({ restarted: false, reason: answer.reason as RestartRefusal })
      }
      const requestId = this.#kernelLoop.requests.add({
        input: undefined,
        callers: this.#kernelLoop.observers.captureCallers(),
        context: undefined,
        run: undefined,
        onStarted,
        onOutcome,
      })
      const { name } = record.info
      this.#kernelLoop.dispatch({
        type: 'restart',
        task: name,
        cause: 'manual',
        requestId,
        progress: false,
        asked,
      })
      this.#ifOwnRunWaits(record, requestId, onStarted)
    })
  }

  isOwn(record: TaskRecord): boolean {
    return this.#kernelLoop.currentRun.get()?.record === record
  }

  /**
   * Answers early if the caller is a run of the task and the request is queued. Otherwise that run would wait for its
   * own end.
   */
  #ifOwnRunWaits(record: TaskRecord, requestId: number, answer: () => void): void {
    if (!this.isOwn(record)) return
    // If the request comes from the synchronous part of a run, the kernel decides it only after that part.
    queueMicrotask(() => {
      if (record.state.queued?.requestId === requestId) answer()
    })
  }

  #refusal(record: TaskRecord): 'unregistered' | 'external' | undefined {
    if (!record.isRegistered) return 'unregistered'
    return isExternal(record.info.schedule) ? 'external' : undefined
  }

  pause(record: TaskRecord, options?: PauseOptions): void {
    const { asked, reason, until } = readPause(options, this.now().wall)
    if (!record.isRegistered) return
    if (!record.state.paused) record.readonlyExtras.host?.pause(reason)
    this.#fleetOf(record)?.controls.ask(record.info.name, { action: 'pause', by: asked?.by, reason, until })
    this.#kernelLoop.dispatch({ type: 'pause', task: record.info.name, reason, until, asked })
  }

  resume(record: TaskRecord, options?: ControlOptions): void {
    const asked = readControl('resume', options)
    if (!record.isRegistered) return
    if (record.state.paused) record.readonlyExtras.host?.resume()
    if (record.state.fleet) record.state.fleet.isDisabled = false
    this.#fleetOf(record)?.controls.ask(record.info.name, {
      action: 'resume',
      by: asked?.by,
      reason: asked?.reason,
    })
    this.#kernelLoop.dispatch({ type: 'resume', task: record.info.name, asked })
  }

  abort(record: TaskRecord, options?: AbortOptions): number {
    const { asked, runId } = readAbort(options)
    if (!record.isRegistered) return 0
    const runs = calledRunsOf(record).filter(
      (run) =>
        run.state.abortedFor === undefined &&
        run.outcome === undefined &&
        (runId === undefined || run.runId === runId),
    )
    if (runs.length === 0) this.#tell(record, 'abort', 'unchanged', asked)
    const task = record.info.name
    this.#kernelLoop.batch(() => {
      for (const { state } of runs) this.#kernelLoop.dispatch({ type: 'abort', task, run: state.id, asked })
    })
    return runs.length
  }

  reschedule(record: TaskRecord, schedule: Schedule, options?: ControlOptions): void {
    checkSchedule(schedule)
    const asked = readControl('reschedule', options)
    const { host } = record.readonlyExtras
    const current = currentSchedule(record)
    if (host?.can('reschedule') && canExpect(record.info.schedule, schedule.info)) {
      const expected = externalRescheduled(record.state.config, record, schedule) // comes first, because it may throw
      if (!record.isRegistered) return
      if (keepsSlots(current, expected.schedule)) return this.#tell(record, 'reschedule', 'unchanged', asked)
      return host.reschedule(schedule, () => this.hostRescheduled(record, schedule, asked))
    }
    const fleet = this.#fleetOf(record)
    const own = fleet ? fleetSchedule(schedule, record.info.name) : schedule
    const isUnchanged = keepsSlots(current, own)
    const canChange = canReschedule(record.info.schedule) && canReschedule(schedule.info)
    if (!isUnchanged && !canChange) throw cannotChange(record.info.schedule, schedule)
    if (!record.isRegistered) return
    if (isUnchanged) return this.#tell(record, 'reschedule', 'unchanged', asked)
    this.#reschedule(record, rescheduled(record.info, record.state.config, record.settings, own), asked)
    const control = { action: 'reschedule', by: asked?.by, reason: asked?.reason } as const
    fleet?.controls.ask(record.info.name, { ...control, schedule: toPlain(own) })
  }

  #fleetRescheduled(record: TaskRecord, plain: PlainSchedule): void {
    const schedule = fleetSchedule(fromPlain(plain), record.info.name)
    if (keepsSlots(currentSchedule(record), schedule)) return
    const next = rescheduled(record.info, record.state.config, record.settings, schedule)
    this.#reschedule(record, next, undefined)
  }

  hostRescheduled(record: TaskRecord, schedule: Schedule, asked?: Asked): void {
    checkSchedule(schedule)
    if (!canExpect(record.info.schedule, schedule.info)) throw cannotChange(record.info.schedule, schedule)
    const next = externalRescheduled(record.state.config, record, schedule)
    if (record.isRegistered) this.#reschedule(record, next, asked)
  }

  #reschedule(record: TaskRecord, { config, ...next }: SharedTask, asked: Asked | undefined): void {
    record.extras.reschedules ??= []
    record.extras.reschedules.push(next)
    const { schedule } = next
    const former = this.#slots.beforeReschedule(record, schedule)
    this.#kernelLoop.dispatch({ type: 'reschedule', task: record.info.name, config, ...former, asked })
  }

  unregister(record: TaskRecord, options?: ControlOptions): Promise<void> {
    const asked = readControl('unregister', options)
    const { abortGraceMs } = record.state.config
    const { wall } = this.now()
    const isAsked = record.state.host !== undefined && record.state.host.stop !== 'none'
    if (record.isRegistered && !isAsked)
      void record.readonlyExtras.host?.stop(new Date(Math.round(wall + abortGraceMs)))
    return this.hostRemoved(record, asked)
  }

  hostRemoved(record: TaskRecord, asked?: Asked): Promise<void> {
    if (!record.isRegistered) return Promise.resolve()
    return new Promise((resolve) => {
      record.extras.onGone ??= []
      record.extras.onGone.push(resolve)
      this.#kernelLoop.batch(() => {
        this.#slots.skipPassed([record])
        this.#kernelLoop.dispatch({ type: 'unregister', task: record.info.name, asked })
      })
    })
  }
}
