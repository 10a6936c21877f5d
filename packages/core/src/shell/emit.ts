import type { TaskEvent } from '../events/events.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

/** Adds an event of a task to its numbers and emits it. After the last event of a supervisor it does neither. */
export function emit(kernelLoop: KernelLoop, record: TaskRecord, event: TaskEvent): void {
  if (!kernelLoop.observers.accepts(event)) return
  record.metrics.apply(event)
  kernelLoop.emit(event)
}
