import type { EventOf, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'

/** An observer that stores every event. */
export interface EventRecorder extends Observer {
  readonly events: readonly SupervisorEvent[]
  /** Returns the events of one type, in order; only those of one task if `task` is given. */
  of<Type extends SupervisorEventType>(type: Type, task?: string): readonly EventOf<Type>[]
  /** Returns the types of all events, in order; only those of one task if `task` is given. */
  types(task?: string): readonly SupervisorEventType[]
  clear(): void
}

/** Creates an observer that stores every event: `new Supervisor({ observers: [recordEvents()] })`. */
export function recordEvents(): EventRecorder {
  const events: SupervisorEvent[] = []
  const isOf = (event: SupervisorEvent, task: string | undefined): boolean =>
    task === undefined || ('task' in event && event.task === task)
  return {
    name: 'recorder',
    events,
    onEvent: (event) => void events.push(event),
    of<Type extends SupervisorEventType>(type: Type, task?: string) {
      const isWanted = (event: SupervisorEvent): event is EventOf<Type> =>
        event.type === type && isOf(event, task)
      return events.filter(isWanted)
    },
    types: (task) => events.filter((event) => isOf(event, task)).map((event) => event.type),
    clear: () => void events.splice(0),
  }
}
