import type { Now } from '../base/now.ts'
import type { Effect } from '../kernel/effect.ts'
import type { Alarm } from './alarm.ts'
import type { TaskRecord } from './task-record.ts'
import type { ClockJump } from './wall-clock.ts'

/** The parts of the shell that the kernel loop calls. */
export interface LoopParts {
  /** Carries out one decision of the kernel. */
  carryOut(effect: Effect, now: Now): void
  /** An alarm went off. */
  onAlarm(alarm: Alarm<TaskRecord> | TaskRecord, now: Now): void
  /** Called for each touched task at the end of a step. */
  onStepEnded(record: TaskRecord, now: Now): void
  /** The wall clock has jumped. Called before the alarms that go off at the same time. */
  onClockJumped(jump: ClockJump, now: Now): void
  /** Whether the process must stay alive although no task requires it. */
  keepsAlive(): boolean
}
