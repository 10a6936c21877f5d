import { InvalidOptionError } from '../base/errors.ts'
import type { SupervisorEventType } from '../events/events.ts'
import type { Observer } from './observer.ts'

const methods = ['onEvent', 'aroundRun', 'onSupervisor', 'flush'] as const

/** As the keys of an object, so that the compiler misses none. */
const types: { readonly [Type in SupervisorEventType]: true } = {
  'task.registered': true,
  'task.unregistered': true,
  'task.started': true,
  'task.stopped': true,
  'task.paused': true,
  'task.resumed': true,
  'task.rescheduled': true,
  'task.parked': true,
  'task.gave-up': true,
  'task.stuck': true,
  'run.started': true,
  'run.ready': true,
  'run.retried': true,
  'run.ended': true,
  'run.settled-late': true,
  'run.skipped': true,
  'run.missed': true,
  'unit.ended': true,
  'restart.scheduled': true,
  'restart.refused': true,
  'health.changed': true,
  'health.flapping': true,
  'health.settled': true,
  'rule.opened': true,
  'rule.closed': true,
  'rule.failed': true,
  'monitor.ticked': true,
  'monitor.stalled': true,
  'loop.blocked': true,
  'clock.jumped': true,
  'shutdown.started': true,
  'shutdown.class-ended': true,
  'shutdown.ended': true,
  'observer.failed': true,
}

/**
 * Refuses what would be told nothing, such as the function that makes an observer in place of what it gives, or one that
 * waits for events that there are not.
 * @throws {@link InvalidOptionError}
 */
export function checkObserver(option: string, observer: unknown): asserts observer is Observer {
  if (!isObserver(observer)) {
    const expected =
      'an observer: an object with a name, and with at least one of the methods onEvent, aroundRun, onSupervisor and flush'
    throw new InvalidOptionError(option, expected, observer)
  }
  const wanted: unknown = observer.eventTypes
  if (wanted === undefined) return
  if (!Array.isArray(wanted))
    throw new InvalidOptionError(`${option}.eventTypes`, 'a list of types of events', wanted)
  for (const type of wanted) {
    if (!Object.hasOwn(types, String(type))) {
      throw new InvalidOptionError(
        `${option}.eventTypes`,
        `types of events (${Object.keys(types).join(', ')})`,
        type,
      )
    }
  }
}

function isObserver(observer: unknown): observer is Observer {
  if (typeof observer !== 'object' || observer === null) return false
  const given = observer as Partial<Observer>
  const kinds = new Set(methods.map((method) => typeof given[method]))
  const hasMethods = kinds.delete('function')
  kinds.delete('undefined')
  return hasMethods && kinds.size === 0 && typeof given.name === 'string' && given.name !== ''
}
