import { InvalidOptionError } from '../base/errors.ts'
import { nearMiss } from '../base/near-miss.ts'
import { callCure, reading } from '../base/options.ts'
import { show } from '../base/show.ts'
import { eventCatalogue } from '../events/catalogue.ts'
import type { SupervisorEventType } from '../events/events.ts'
import type { Observer } from './observer.ts'

const methods = ['onEvent', 'aroundRun', 'captureCaller', 'onAnnotate', 'onSupervisor', 'flush'] as const

type Methods = Pick<Observer, (typeof methods)[number]>

/** These methods alone do not make an observer, because they are called only if the observer also has `aroundRun`. */
const additions: ReadonlySet<string> = new Set(['captureCaller', 'onAnnotate'] satisfies (keyof Methods)[])

/**
 * The properties of an observer. They are read only once, because a getter may later throw or return another value.
 */
export interface ReadObserver {
  /** The original object, which is `this` in its methods. */
  readonly observer: unknown
  readonly name: string
  readonly types: ReadonlySet<SupervisorEventType> | 'all'
  readonly methods: Methods
}

export function readObserver(option: string, observer: unknown): ReadObserver {
  const isObject = typeof observer === 'object' && observer !== null
  const name = isObject ? read(option, observer, 'name') : undefined
  const found: Record<string, unknown> = {}
  for (const method of isObject ? methods : []) {
    const value = read(option, observer, method)
    if (value !== undefined) found[method] = value
  }
  const hasMethods = Object.keys(found).some((method) => !additions.has(method))
  const isValid = hasMethods && Object.values(found).every((value) => typeof value === 'function')
  if (!isValid || typeof name !== 'string' || name === '') {
    const expected = `an observer: an object with a name, and with at least one of the methods onEvent, aroundRun, onSupervisor and flush${callCure(observer)}`
    throw new InvalidOptionError(option, expected, observer)
  }
  const types = eventTypes(`${option}.eventTypes`, read(option, observer, 'eventTypes'))
  return { observer, name, types, methods: found as Methods }
}

function read(option: string, from: unknown, key: string): unknown {
  return reading(`${option}.${key}`, () => (from as Record<string, unknown>)[key])
}

function eventTypes(option: string, types: unknown): ReadObserver['types'] {
  if (types === undefined) return 'all'
  const list: unknown = reading(option, () => (Array.isArray(types) ? [...types] : undefined))
  if (!Array.isArray(list)) throw new InvalidOptionError(option, 'a list of types of events', types)
  const known = new Set<SupervisorEventType>()
  for (const type of list as readonly unknown[]) {
    if (typeof type === 'string' && Object.hasOwn(eventCatalogue, type)) {
      known.add(type as SupervisorEventType)
      continue
    }
    const meant = nearMiss(typeof type === 'string' ? type : show(type), Object.keys(eventCatalogue))
    const cure = meant === undefined ? 'SupervisorEventType lists them' : `did you mean '${meant}'?`
    throw new InvalidOptionError(option, `types of events (${cure})`, type)
  }
  return known
}
