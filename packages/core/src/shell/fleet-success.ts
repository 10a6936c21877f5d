import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

/** A process can learn of the success of a slot before its own timer for this slot fires. */
export function noteSuccessSlot(record: TaskRecord, slot: number): void {
  record.extras.lastSuccessSlot = Math.max(slot, record.readonlyExtras.lastSuccessSlot ?? slot)
}

/** @param at - wall time of the success */
export function noteSuccess(kernelLoop: KernelLoop, record: TaskRecord, at: number): void {
  const { wall, awake } = kernelLoop.now()
  const successAwake = awake - Math.max(0, wall - at)
  if ((record.lastSuccessAwake ?? Number.NEGATIVE_INFINITY) >= successAwake) return
  record.succeeded(successAwake)
  record.metrics.succeededElsewhere(at)
  record.mustJudge = true
  record.runEnded = true
  kernelLoop.touch(record)
}
