import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import { unnumbered } from '../events/base-event.ts'
import type { TaskEvent } from '../events/events.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

export function taskPart(
  { info }: TaskRecord,
  now: Now,
): { readonly seq: number; readonly at: number; readonly task: string; readonly info: TaskInfo } {
  return { seq: unnumbered, at: now.wall, task: info.name, info }
}

export function emit(kernelLoop: KernelLoop, record: TaskRecord, event: TaskEvent): void {
  if (!kernelLoop.observers.accepts(event)) return
  record.metrics.apply(event)
  kernelLoop.emit(event)
}
