import type { Now } from '../base/now.ts'
import type { Effect } from '../kernel/effect.ts'
import type { Alarm } from './alarm.ts'
import type { TaskRecord } from './task-record.ts'
import type { ClockJump } from './wall-clock.ts'

export interface LoopParts {
  carryOut(effect: Effect, now: Now): void
  onAlarm(alarm: Alarm<TaskRecord> | TaskRecord, now: Now): void
  onStepEnded(record: TaskRecord, now: Now): void
  /** Called when a jump of the wall clock was noticed, before the next event or alarm is handled. */
  onClockJumped(jump: ClockJump, now: Now): void
  /** Whether the process must stay alive although no task requires it. */
  keepsAlive(): boolean
}
