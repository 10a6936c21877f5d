import type { TaskEvent } from '../events.ts'
import type { Engine } from './engine.ts'
import type { TaskEntry } from './entry.ts'

/** Folds an event of a task into its numbers, then tells it to the observers; both only as long as any are told. */
export function tell(engine: Engine, entry: TaskEntry, event: TaskEvent): void {
  if (!engine.observers.isTold(event)) return
  entry.metrics.apply(event)
  engine.tell(event)
}
