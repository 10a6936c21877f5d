import { InvalidOptionError } from '../base/errors.ts'
import { nearMiss } from '../base/near-miss.ts'
import { eventCatalogue } from '../events/catalogue.ts'
import type { Observer } from './observer.ts'

const methods = ['onEvent', 'aroundRun', 'onSupervisor', 'flush'] as const

/**
 * Refuses an object that could never be called, for instance a function that makes observers instead of its result, and one
 * that asks for event types that do not exist.
 * @throws {@link InvalidOptionError}
 */
export function checkObserver(option: string, observer: unknown): asserts observer is Observer {
  if (!isObserver(observer)) {
    const cure = typeof observer === 'function' ? '; call the function and pass its result' : ''
    const expected = `an observer: an object with a name, and with at least one of the methods onEvent, aroundRun, onSupervisor and flush${cure}`
    throw new InvalidOptionError(option, expected, observer)
  }
  const types: unknown = observer.eventTypes
  if (types === undefined) return
  if (!Array.isArray(types))
    throw new InvalidOptionError(`${option}.eventTypes`, 'a list of types of events', types)
  for (const type of types) {
    if (Object.hasOwn(eventCatalogue, String(type))) continue
    const meant = nearMiss(String(type), Object.keys(eventCatalogue))
    const cure = meant === undefined ? 'SupervisorEventType lists them' : `did you mean '${meant}'?`
    throw new InvalidOptionError(`${option}.eventTypes`, `types of events (${cure})`, type)
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
