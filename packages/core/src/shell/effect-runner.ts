import type { Now } from '../base/now.ts'
import { healthOf } from '../health/health-of.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthEffect } from '../health/step-health.ts'
import { endHealth } from '../health/step-health.ts'
import type { Effect, TaskEffect } from '../kernel/effect.ts'
import type { KernelTask } from '../kernel/state.ts'
import { liveRuns } from '../kernel/state.ts'
import { exhaustions } from '../restart/exhaustion.ts'
import type { Alarm } from './alarm.ts'
import type { BlockAttribution } from './blocking/attribution.ts'
import { emit } from './emit.ts'
import type { HealthJudge } from './health-judge.ts'
import type { KernelLoop, LoopParts } from './kernel-loop.ts'
import type { Monitor } from './monitor.ts'
import type { Runner } from './runner.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { SlotPlanner } from './slot-planner.ts'
import type { Stopper } from './stopper.ts'
import type { TaskCounts } from './task-counts.ts'
import { TaskRecord } from './task-record.ts'
import { toEvent, toHealthEvent } from './to-event.ts'

/** What concerns a task besides the beginning and the end of its runs. */
type OtherEffect = Exclude<TaskEffect, { do: 'call' | 'ended' }>

/** The parts that the shell gives the work to. */
export interface EffectRunnerParts {
  readonly runner: Runner
  readonly planner: SlotPlanner
  readonly slots: SlotFeed
  readonly healthJudge: HealthJudge
  readonly taskCounts: TaskCounts
  readonly monitor: Monitor
  readonly stopper: Stopper
  readonly attribution: BlockAttribution
  /** A `once` task has done what it was for. */
  onFinished(record: TaskRecord): void
  onGone(record: TaskRecord): void
}

/** Carries out what the kernel decides: each effect becomes a call, an alarm or an event. */
export class EffectRunner implements LoopParts {
  readonly #kernelLoop: KernelLoop
  readonly #parts: EffectRunnerParts
  #lastShared: Now | undefined

  constructor(kernelLoop: KernelLoop, parts: EffectRunnerParts) {
    this.#kernelLoop = kernelLoop
    this.#parts = parts
  }

  carryOut(effect: Effect, now: Now): void {
    const { stopper, runner } = this.#parts
    switch (effect.do) {
      // Each run has these two, and most have no other.
      case 'call': {
        const record = this.#touched(effect.task)
        return runner.call(record, effect.run, effect.requestId, now)
      }
      case 'ended': {
        const record = this.#touched(effect.task)
        record.mustJudge = true
        return runner.ended(record, effect.run, effect.outcome, now)
      }
      case 'arm-stop':
        return stopper.arm(effect.at)
      case 'stop-started':
        return stopper.onStarted(now)
      case 'class-ended':
        return stopper.onClassEnded(effect, now)
      case 'stop-ended':
        return stopper.onEnded()
      case 'refuse': {
        return this.#kernelLoop
          .takeRequest(effect.requestId)
          ?.onOutcome({ started: false, reason: effect.reason })
      }
    }
    if (effect.do === 'restart-refused') {
      this.#kernelLoop.takeRequest(effect.requestId)?.onOutcome({ started: false, reason: effect.reason })
      const record = effect.task?.shell as TaskRecord | undefined
      if (record && effect.cause === 'unhealthy') {
        this.#parts.monitor.onRecovery(record.info.name, record.readonlyExtras.askedBy, effect.reason)
      }
    }
    if (effect.task !== undefined) this.#carryOutFor(this.#touched(effect.task), effect as OtherEffect, now)
  }

  /** The shell's side of a task, noted as one about which something may have changed. */
  #touched({ shell }: KernelTask): TaskRecord {
    const record = shell as TaskRecord
    this.#kernelLoop.touch(record)
    return record
  }

  #carryOutFor(record: TaskRecord, effect: OtherEffect, now: Now): void {
    const kernelLoop = this.#kernelLoop
    const { runner, monitor } = this.#parts
    switch (effect.do) {
      case 'arm':
        if (effect.run) return runner.arm(record, effect.run, effect.at)
        return kernelLoop.timers.set(record, effect.at)
      case 'abort':
        return runner.abort(effect.run, effect.until, now)
      case 'settled-late':
        record.mustJudge = true
        return runner.settledLate(record, effect.run, now)
      case 'retry':
        return runner.retry(record, effect.run, effect.delayMs, now)
      case 'ready':
        record.mustJudge = true
        return runner.ready(record, effect.run, effect.how, now)
      case 'plan':
        return this.#parts.slots.plan(record, now)
      case 'health':
        return this.#onHealth(record, effect.effect, now)
      case 'restart-accepted':
        if (effect.cause === 'manual') record.extras.lastRestartAwake = now.awake
        else monitor.onRecovery(record.info.name, record.readonlyExtras.askedBy, undefined)
        return
    }
    this.#note(record, effect, now)
    const wallOf = (slot: number): number => this.#parts.planner.wallOf(record, slot, now)
    const event = toEvent(effect, { record, now, wallOf })
    if (event) emit(kernelLoop, record, event)
    this.#follow(record, effect)
  }

  /** What the shell itself keeps of an effect, before it is told. */
  #note(record: TaskRecord, effect: TaskEffect, now: Now): void {
    switch (effect.do) {
      case 'task-started':
        record.mustJudge = true
        record.start = this.#shared(now)
        noteDown(record, now)
        break
      case 'unregistered':
        this.#endHealth(record, [], now)
        break
      case 'paused':
        record.extras.pausedAt = now.wall
        record.extras.pauseReason = effect.reason
        record.unmetSlots = 0
        break
      case 'resumed':
        record.mustJudge = true
        record.extras.pausedAt = undefined
        record.extras.pauseReason = undefined
        record.start = this.#shared({ ...record.start, awake: now.awake })
        noteDown(record, now)
        break
      case 'rescheduled': {
        record.mustJudge = true
        const next = record.readonlyExtras.reschedules?.shift()
        record.info = next?.info ?? record.info
        record.schedule = next?.schedule ?? record.schedule
        record.settings = next?.settings ?? record.settings
        this.#endHealth(record, record.rules, now)
        record.start = this.#shared({ ...now, awake: record.start.awake })
        record.extras.isFirstSlot = liveRuns(record.state) === 0
        record.unmetSlots = 0
        break
      }
      case 'restart-scheduled':
        record.mustJudge = true
        record.extras.lastRestartAwake = now.awake
        break
      case 'parked':
      case 'gave-up':
        record.mustJudge = true
    }
  }

  /** An instant that stays as it is: the same object as long as it is the same instant. */
  #shared({ wall, mono, awake }: Now): Now {
    const last = this.#lastShared
    if (last?.mono === mono && last.wall === wall && last.awake === awake) return last
    this.#lastShared = { wall, mono, awake }
    return this.#lastShared
  }

  /** What has to follow once an effect is told. */
  #follow(record: TaskRecord, effect: TaskEffect): void {
    if (effect.do === 'unregistered') this.#parts.onGone(record)
    if (effect.do === 'task-stopped' && effect.reason === 'finished') this.#parts.onFinished(record)
    if (effect.do === 'gave-up' && exhaustions[effect.how].escalates) this.#parts.stopper.onEscalated(record)
  }

  onAlarm(alarm: Alarm<TaskRecord> | TaskRecord, now: Now): void {
    if (alarm instanceof TaskRecord) return this.#parts.slots.onDue(alarm, now)
    const { wakes, owner, run } = alarm
    if (wakes === 'monitor') return this.#parts.monitor.tick()
    if (wakes === 'stop') return this.#kernelLoop.dispatch({ type: 'stop-due' })
    if (!owner) return
    if (wakes === 'rules') return this.#parts.healthJudge.judge(owner, now, 'no')
    if (run) this.#kernelLoop.dispatch({ type: 'due', task: owner.info.name, run: run.id, slots: undefined })
  }

  onClockJumped(deltaMs: number, now: Now): void {
    this.#parts.slots.onClockJumped(deltaMs, now)
  }

  onSettled(record: TaskRecord, now: Now): void {
    if (!record.isRegistered) return this.#kernelLoop.setAlive(record, false)
    const { state } = record
    const { restarts, startedBy } = record.info.schedule
    if (restarts && liveRuns(state) === 0) record.extras.downSince ??= now.awake
    if (record.mustJudge) {
      const { runEnded } = record
      record.mustJudge = false
      record.runEnded = 'no'
      this.#parts.healthJudge.judge(record, now, runEnded)
    }
    if (record.readonlyExtras.lastError) record.extras.lastError = undefined // it is told by now, and errors are not kept
    this.#parts.taskCounts.update(record)
    this.#parts.attribution.onActivity(record, now.mono)
    const wants = state.armedAt !== Number.POSITIVE_INFINITY || liveRuns(state) > 0
    this.#kernelLoop.setAlive(record, wants && !state.paused && startedBy !== 'call')
  }

  keepsAlive(): boolean {
    return this.#parts.stopper.isStopping
  }

  #endHealth(record: TaskRecord, rules: readonly HealthRule[], now: Now): void {
    const { health } = record.state
    if (health) for (const closed of endHealth(health, rules)) this.#onHealth(record, closed, now)
  }

  #onHealth(record: TaskRecord, effect: HealthEffect, now: Now): void {
    const { healthJudge } = this.#parts
    if (effect.kind === 'recheck') return healthJudge.recheck(record, effect.inMs, now)
    if (effect.kind === 'restart-asked') {
      record.extras.askedBy = effect.rule
      return
    }
    const health = () => healthOf(record.state.health)
    const event = toHealthEvent(effect, record, now, health, (rule) => healthJudge.takeFault(record, rule))
    if (event) emit(this.#kernelLoop, record, event)
  }
}

/** Only loops are down while nothing of them runs. */
function noteDown(record: TaskRecord, now: Now): void {
  if (record.info.schedule.restarts) record.extras.downSince = now.awake
}
