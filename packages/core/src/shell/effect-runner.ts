import type { Now } from '../base/now.ts'
import { healthOf } from '../health/health-of.ts'
import type { HealthRule } from '../health/rule.ts'
import type { HealthEffect } from '../health/step-health.ts'
import { endHealth } from '../health/step-health.ts'
import type { Effect, TaskEffect } from '../kernel/effect.ts'
import type { TaskState } from '../kernel/state.ts'
import { liveRuns } from '../kernel/state.ts'
import type { Alarm } from './alarm.ts'
import type { Blame } from './blocking/attribution.ts'
import { tell } from './emit.ts'
import type { HealthDesk } from './health-judge.ts'
import type { Engine, EngineParts } from './kernel-loop.ts'
import type { Monitor } from './monitor.ts'
import type { Runner } from './runner.ts'
import type { SlotDesk } from './slot-feed.ts'
import type { Planner } from './slot-planner.ts'
import type { Stopper } from './stopper.ts'
import type { Stock } from './task-counts.ts'
import { TaskEntry } from './task-record.ts'
import { narrate, narrateHealth } from './to-event.ts'

/** What concerns a task besides the beginning and the end of its runs. */
type OtherEffect = Exclude<TaskEffect, { do: 'call' | 'ended' }>

/** The parts that the shell gives the work to. */
export interface ShellParts {
  readonly runner: Runner
  readonly planner: Planner
  readonly slots: SlotDesk
  readonly desk: HealthDesk
  readonly stock: Stock
  readonly monitor: Monitor
  readonly stopper: Stopper
  readonly blame: Blame
  /** A `once` task has done what it was for. */
  onFinished(entry: TaskEntry): void
  onGone(entry: TaskEntry): void
}

/** Carries out what the kernel decides: each effect becomes a call, an alarm or an event. */
export class Shell implements EngineParts {
  readonly #engine: Engine
  readonly #parts: ShellParts
  #lastShared: Now | undefined

  constructor(engine: Engine, parts: ShellParts) {
    this.#engine = engine
    this.#parts = parts
  }

  carryOut(effect: Effect, now: Now): void {
    const { stopper, runner } = this.#parts
    switch (effect.do) {
      // Each run has these two, and most have no other.
      case 'call': {
        const entry = this.#touched(effect.task)
        return runner.call(entry, effect.run, effect.ticket, now)
      }
      case 'ended': {
        const entry = this.#touched(effect.task)
        entry.mustJudge = true
        return runner.ended(entry, effect.run, effect.outcome, now)
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
        const ticket = this.#engine.takeTicket(effect.ticket)
        return ticket?.onOutcome({ started: false, reason: effect.reason })
      }
    }
    if (effect.do === 'restart-refused') {
      this.#engine.takeTicket(effect.ticket)?.onOutcome({ started: false, reason: effect.reason })
      const entry = effect.task?.shell as TaskEntry | undefined
      if (entry && effect.cause === 'unhealthy') {
        this.#parts.monitor.onRecovery(entry.info.name, entry.rarely.askedBy, effect.reason)
      }
    }
    if (effect.task !== undefined) this.#carryOutFor(this.#touched(effect.task), effect as OtherEffect, now)
  }

  /** The shell's side of a task, noted as one about which something may have changed. */
  #touched({ shell }: TaskState): TaskEntry {
    const entry = shell as TaskEntry
    this.#engine.touch(entry)
    return entry
  }

  #carryOutFor(entry: TaskEntry, effect: OtherEffect, now: Now): void {
    const engine = this.#engine
    const { runner, monitor } = this.#parts
    switch (effect.do) {
      case 'arm':
        if (effect.run) return runner.arm(entry, effect.run, effect.at)
        return engine.timers.set(entry, effect.at)
      case 'abort':
        return runner.abort(effect.run, effect.until, now)
      case 'settled-late':
        entry.mustJudge = true
        return runner.settledLate(entry, effect.run, now)
      case 'retry':
        return runner.retry(entry, effect.run, effect.delayMs, now)
      case 'ready':
        entry.mustJudge = true
        return runner.ready(entry, effect.run, effect.how, now)
      case 'plan':
        return this.#parts.slots.plan(entry, now)
      case 'health':
        return this.#onHealth(entry, effect.effect, now)
      case 'restart-accepted':
        if (effect.cause === 'manual') entry.rare.lastRestartLoop = now.loop
        else monitor.onRecovery(entry.info.name, entry.rarely.askedBy, undefined)
        return
    }
    this.#note(entry, effect, now)
    const wallOf = (slot: number): number => this.#parts.planner.wallOf(entry, slot, now)
    const event = narrate(effect, { entry, now, wallOf })
    if (event) tell(engine, entry, event)
    this.#follow(entry, effect)
  }

  /** What the shell itself keeps of an effect, before it is told. */
  #note(entry: TaskEntry, effect: TaskEffect, now: Now): void {
    switch (effect.do) {
      case 'task-started':
        entry.mustJudge = true
        entry.start = this.#shared(now)
        noteDown(entry, now)
        break
      case 'unregistered':
        this.#endHealth(entry, [], now)
        break
      case 'paused':
        entry.rare.pausedAt = now.wall
        entry.rare.pauseReason = effect.reason
        entry.unmetSlots = 0
        break
      case 'resumed':
        entry.mustJudge = true
        entry.rare.pausedAt = undefined
        entry.rare.pauseReason = undefined
        entry.start = this.#shared({ ...entry.start, loop: now.loop })
        noteDown(entry, now)
        break
      case 'rescheduled': {
        entry.mustJudge = true
        const next = entry.rarely.reschedules?.shift()
        entry.info = next?.info ?? entry.info
        entry.schedule = next?.schedule ?? entry.schedule
        entry.traits = next?.traits ?? entry.traits
        this.#endHealth(entry, entry.rules, now)
        entry.start = this.#shared({ ...now, loop: entry.start.loop })
        entry.rare.isFirstSlot = liveRuns(entry.state) === 0
        entry.unmetSlots = 0
        break
      }
      case 'restart-scheduled':
        entry.mustJudge = true
        entry.rare.lastRestartLoop = now.loop
        break
      case 'parked':
      case 'gave-up':
        entry.mustJudge = true
    }
  }

  /** An instant that stays as it is: the same object as long as it is the same instant. */
  #shared({ wall, mono, loop }: Now): Now {
    const last = this.#lastShared
    if (last?.mono === mono && last.wall === wall && last.loop === loop) return last
    this.#lastShared = { wall, mono, loop }
    return this.#lastShared
  }

  /** What has to follow once an effect is told. */
  #follow(entry: TaskEntry, effect: TaskEffect): void {
    if (effect.do === 'unregistered') this.#parts.onGone(entry)
    if (effect.do === 'task-stopped' && effect.reason === 'finished') this.#parts.onFinished(entry)
    if (effect.do === 'gave-up' && effect.how === 'escalate') this.#parts.stopper.onEscalated(entry)
  }

  onAlarm(alarm: Alarm<TaskEntry> | TaskEntry, now: Now): void {
    if (alarm instanceof TaskEntry) return this.#parts.slots.onDue(alarm, now)
    const { wakes, owner, run } = alarm
    if (wakes === 'monitor') return this.#parts.monitor.tick()
    if (wakes === 'stop') return this.#engine.dispatch({ type: 'stop-due' })
    if (!owner) return
    if (wakes === 'rules') return this.#parts.desk.judge(owner, now, 'no')
    if (run) this.#engine.dispatch({ type: 'due', task: owner.info.name, run: run.id, slots: undefined })
  }

  onClockJumped(deltaMs: number, now: Now): void {
    this.#parts.slots.onClockJumped(deltaMs, now)
  }

  onSettled(entry: TaskEntry, now: Now): void {
    if (!entry.isRegistered) return this.#engine.setAlive(entry, false)
    const { state } = entry
    const { kind } = state.config
    if (kind === 'loop' && liveRuns(state) === 0) entry.rare.downSince ??= now.loop
    if (entry.mustJudge) {
      const { runEnded } = entry
      entry.mustJudge = false
      entry.runEnded = 'no'
      this.#parts.desk.judge(entry, now, runEnded)
    }
    if (entry.rarely.lastError) entry.rare.lastError = undefined // it is told by now, and errors are not kept
    this.#parts.stock.update(entry)
    this.#parts.blame.onActivity(entry, now.mono)
    const wants = state.armedAt !== Number.POSITIVE_INFINITY || liveRuns(state) > 0
    this.#engine.setAlive(entry, wants && !state.paused && kind !== 'call')
  }

  keepsAlive(): boolean {
    return this.#parts.stopper.isStopping
  }

  #endHealth(entry: TaskEntry, rules: readonly HealthRule[], now: Now): void {
    const { health } = entry.state
    if (health) for (const closed of endHealth(health, rules)) this.#onHealth(entry, closed, now)
  }

  #onHealth(entry: TaskEntry, effect: HealthEffect, now: Now): void {
    const { desk } = this.#parts
    if (effect.kind === 'recheck') return desk.recheck(entry, effect.inMs, now)
    if (effect.kind === 'restart-asked') {
      entry.rare.askedBy = effect.rule
      return
    }
    const health = () => healthOf(entry.state.health)
    const event = narrateHealth(effect, entry, now, health, (rule) => desk.takeFault(entry, rule))
    if (event) tell(this.#engine, entry, event)
  }
}

/** Only loops are down while nothing of them runs. */
function noteDown(entry: TaskEntry, now: Now): void {
  if (entry.info.schedule.kind === 'loop') entry.rare.downSince = now.loop
}
