import { InvalidOptionError } from '../base/errors.ts'
import { nearMiss } from '../base/near-miss.ts'
import { check, takes } from '../base/options.ts'
import { eventCatalogue } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'

const aTask = takes<string | undefined>(
  'the name of a task',
  (value) => value === undefined || typeof value === 'string',
)

/** Refuses a misspelt type. Without this check, no events would be found, and a test could pass by mistake. */
function checkType(type: unknown): void {
  const types = Object.keys(eventCatalogue)
  if (typeof type === 'string' && types.includes(type)) return
  const meant = typeof type === 'string' ? nearMiss(type, types) : undefined
  throw new InvalidOptionError(
    'type',
    meant ? `'${meant}'` : "the type of an event, such as 'run.ended'",
    type,
  )
}

/** An observer that stores every event. */
export interface EventRecorder extends Observer {
  readonly events: readonly SupervisorEvent[]
  /**
   * Returns the events of one type in their order. With `task`, returns only the events of this task.
   * @throws {@link InvalidOptionError} for an unknown type of event.
   */
  of<Type extends SupervisorEventType>(type: Type, task?: string): readonly EventOf<Type>[]
  /** Returns the types of all events in their order. With `task`, returns only the types of events of this task. */
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
      checkType(type)
      check('task', task, aTask)
      const isWanted = (event: SupervisorEvent): event is EventOf<Type> =>
        event.type === type && isOf(event, task)
      return events.filter(isWanted)
    },
    types: (task) => {
      check('task', task, aTask)
      return events.filter((event) => isOf(event, task)).map((event) => event.type)
    },
    clear: () => void events.splice(0),
  }
}
