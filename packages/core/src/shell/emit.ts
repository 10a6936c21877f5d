import type { TaskEvent } from '../events/events.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

/** Folds an event of a task into its numbers, then tells it to the observers; both only as long as any are told. */
export function emit(kernelLoop: KernelLoop, record: TaskRecord, event: TaskEvent): void {
  if (!kernelLoop.observers.accepts(event)) return
  record.metrics.apply(event)
  kernelLoop.emit(event)
}
