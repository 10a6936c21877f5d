import type { Now } from '../base/now.ts'
import type { Effect } from '../kernel/effect.ts'
import type { KernelTask } from '../kernel/state.ts'
import { liveRuns } from '../kernel/state.ts'
import type { Alarm } from './alarm.ts'
import type { EffectHandlers, EffectParts } from './effects/handler.ts'
import { healthEffects } from './effects/health.ts'
import { restartEffects } from './effects/restarts.ts'
import { runEffects } from './effects/runs.ts'
import { slotEffects } from './effects/slots.ts'
import { stopEffects } from './effects/stop.ts'
import { taskEffects } from './effects/task.ts'
import { keepsProcessAlive } from './keep-alive.ts'
import type { LoopParts } from './loop-parts.ts'
import type { TaskCounts } from './task-counts.ts'
import { TaskRecord } from './task-record.ts'
import type { ClockJump } from './wall-clock.ts'

export interface EffectRunnerParts extends EffectParts {
  readonly taskCounts: TaskCounts
}

export class EffectRunner implements LoopParts {
  readonly #parts: EffectRunnerParts
  readonly #handlers: EffectHandlers
  /** Kept in fields, because a lookup in `#handlers` for every run makes a run 8 % slower. */
  readonly #call: EffectHandlers['call']
  readonly #ended: EffectHandlers['ended']

  constructor(parts: EffectRunnerParts) {
    this.#parts = parts
    const handleHealth = healthEffects(parts)
    this.#handlers = {
      ...runEffects(parts),
      ...slotEffects(parts),
      ...restartEffects(parts),
      ...taskEffects(parts, handleHealth),
      ...stopEffects(parts, handleHealth),
      health: (record, { effect }, now) => handleHealth(record, effect, now),
    }
    this.#call = this.#handlers.call
    this.#ended = this.#handlers.ended
  }

  carryOut(effect: Effect, now: Now): void {
    if (effect.do === 'call') return this.#call(this.#touched(effect.task), effect, now)
    if (effect.do === 'ended') return this.#ended(this.#touched(effect.task), effect, now)
    const task = 'task' in effect ? effect.task : undefined
    const record = task && this.#touched(task)
    this.#handlers[effect.do](record as never, effect as never, now)
  }

  #touched({ shell }: KernelTask): TaskRecord {
    const record = shell as TaskRecord
    this.#parts.kernelLoop.touch(record)
    return record
  }

  onAlarm(alarm: Alarm<TaskRecord> | TaskRecord, now: Now): void {
    const { kernelLoop, slots, monitor, healthJudge, callbacks } = this.#parts
    if (alarm instanceof TaskRecord) return slots.onDue(alarm, now)
    const { wakes, owner, run } = alarm
    if (wakes === 'monitor') return monitor.tick()
    if (wakes === 'stop') return kernelLoop.dispatch({ type: 'stop-due' })
    if (!owner) return
    if (wakes === 'rules') {
      callbacks.look(owner, now)
      return healthJudge.judge(owner, now)
    }
    if (run) kernelLoop.dispatch({ type: 'due', task: owner.info.name, run: run.id, slots: undefined })
  }

  onClockJumped(jump: ClockJump, now: Now): void {
    this.#parts.clockJumps.onClockJumped(jump, now)
  }

  onStepEnded(record: TaskRecord, now: Now): void {
    const { kernelLoop, healthJudge, taskCounts, attribution } = this.#parts
    if (!record.isRegistered) return kernelLoop.setAlive(record, false)
    const { state } = record
    if (record.info.schedule.restarts && liveRuns(state) === 0) record.extras.downSinceAwake ??= now.awake
    healthJudge.followHold(record, now)
    if (record.mustJudge || record.runEnded) healthJudge.judge(record, now)
    // The error is removed, because it may keep large objects in memory.
    if (record.readonlyExtras.lastError) record.extras.lastError = undefined
    taskCounts.update(record)
    attribution.onActivity(record, now.mono)
    kernelLoop.setAlive(record, keepsProcessAlive(record))
  }

  keepsAlive(): boolean {
    return this.#parts.stopper.isStopping
  }
}
