import type { TaskEvent } from '../events/events.ts'
import type { Engine } from './kernel-loop.ts'
import type { TaskEntry } from './task-record.ts'

/** Folds an event of a task into its numbers, then tells it to the observers; both only as long as any are told. */
export function tell(engine: Engine, entry: TaskEntry, event: TaskEvent): void {
  if (!engine.observers.isTold(event)) return
  entry.metrics.apply(event)
  engine.tell(event)
}
