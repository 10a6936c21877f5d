import type { FleetRecord, FleetTask } from '@runwell/core/adapter'
import type { Alive } from './alive.ts'
import { afterSpace, type Part, type Place, parseAttempt, parsed, type Running } from './fields.ts'
import { offersAfterMs } from './first-offer.ts'

type Member = NonNullable<FleetRecord['members']>[number]

export type EndedRun = NonNullable<FleetRecord['lastRun']> & {
  /** For a run without a slot, that is, for a request: the key of its job. */
  readonly request?: string | undefined
}

const noRuns: readonly Running[] = []

/** A cache of values that depend on the live processes and their definitions. */
interface Shared {
  readonly definitionChanges: number
  readonly aliveChanges: number
  readonly own: FleetTask | undefined
  readonly members: readonly Member[]
  readonly offersAfterMs: number
}

export class Stored {
  readonly #parts = new Map<Part, string>()
  readonly #definitions = new Map<string, Member>()
  readonly #attempts = new Map<string, Running>()
  #definitionChanges = 0
  #shared: Shared | undefined

  take(field: string, place: Place, value: string): void {
    if ('part' in place) {
      if (value === '') this.#parts.delete(place.part)
      else this.#parts.set(place.part, value)
    } else if ('definedBy' in place) {
      const definition = parsed<FleetTask>(value)
      if (definition !== undefined) this.define(place.definedBy, definition)
      else if (value === '') this.undefine(place.definedBy)
    } else {
      const attempt = parseAttempt(value)
      if (attempt === undefined) this.#attempts.delete(field)
      else this.#attempts.set(field, attempt)
    }
  }

  define(instanceId: string, definition: FleetTask): void {
    this.#definitions.set(instanceId, { ...definition, instanceId })
    this.#definitionChanges += 1
  }

  undefine(instanceId: string): boolean {
    this.#definitionChanges += 1
    return this.#definitions.delete(instanceId)
  }

  text(part: Part): string | undefined {
    return this.#parts.get(part)
  }

  number(part: Part): number | undefined {
    const text = this.#parts.get(part)
    return text === undefined ? undefined : Number.parseInt(text, 10)
  }

  isPausedAt(now: number): boolean {
    const paused = parsed<NonNullable<FleetRecord['paused']>>(this.text('paused'))
    return paused !== undefined && now < (paused.until ?? Number.POSITIVE_INFINITY)
  }

  isDefinedBy(isAlive: (instanceId: string) => boolean): boolean {
    return [...this.#definitions.keys()].some(isAlive)
  }

  sharedBy(alive: Alive, own: FleetTask | undefined, instanceId: string): Shared {
    const [definitionChanges, aliveChanges] = [this.#definitionChanges, alive.changes]
    const shared = this.#shared
    const isCurrent =
      shared?.definitionChanges === definitionChanges &&
      shared.aliveChanges === aliveChanges &&
      shared.own === own
    if (isCurrent) return shared
    const members = [...this.#definitions.values()].filter((member) => alive.has(member.instanceId))
    this.#shared = {
      definitionChanges,
      aliveChanges,
      own,
      members,
      offersAfterMs: own === undefined ? 0 : offersAfterMs(own, instanceId, members),
    }
    return this.#shared
  }

  runningBy(alive: Alive): readonly Running[] {
    if (this.#attempts.size === 0) return noRuns
    const newest = new Map<string, Running>()
    for (const [field, running] of this.#attempts) {
      const job = field.slice(0, field.lastIndexOf('|'))
      if ((newest.get(job)?.attempt ?? 0) < running.attempt) newest.set(job, running)
    }
    return [...newest.values()].filter(({ instanceId }) => alive.has(instanceId))
  }

  get lastRuns(): readonly EndedRun[] {
    return [this.text('lastSuccess'), this.text('lastOther')].flatMap(
      (text) => parsed(afterSpace(text)) ?? [],
    )
  }

  get lastRunText(): string | undefined {
    const [success = 0, other = 0] = [this.number('lastSuccess'), this.number('lastOther')]
    return this.text(success >= other ? 'lastSuccess' : 'lastOther')
  }
}
