import type { FleetHost, FleetRecord, FleetTask } from '@runwell/core/adapter'
import { Alive } from './alive.ts'
import { afterSpace, type Part, parsed, readField } from './fields.ts'
import { type EndedRun, Stored } from './stored.ts'

/** A copy of the fields of the store, and the tasks that this process defines. */
export class Copy {
  readonly alive: Alive
  readonly #clock: FleetHost['clock']
  readonly #instanceId: string
  readonly #own = new Map<string, FleetTask>()
  #tasks = new Map<string, Stored>()

  constructor({ clock, instanceId }: FleetHost, silenceMs: number) {
    this.#clock = clock
    this.#instanceId = instanceId
    this.alive = new Alive(clock, silenceMs)
  }

  get own(): ReadonlyMap<string, FleetTask> {
    return this.#own
  }

  define(task: FleetTask): void {
    this.#own.set(task.task, task)
  }

  withdraw(task: string): void {
    this.#own.delete(task)
  }

  /**
   * Copies one field. An empty value removes the field. Returns the name of the task, if the field belongs to a task.
   */
  take(field: string, value: string): string | undefined {
    const place = readField(field)
    if (place !== undefined) this.#storedOf(place.task).take(field, place, value)
    return place?.task
  }

  takeAll(fields: Iterable<readonly [field: string, value: string]>): ReadonlySet<string> {
    const before = this.#tasks
    this.#tasks = new Map()
    for (const [field, value] of fields) this.take(field, value)
    for (const task of this.#own.values()) this.#storedOf(task.task).define(this.#instanceId, task)
    return new Set([...before.keys(), ...this.#tasks.keys()])
  }

  /** Removes the definitions of a dead process. Returns the names of the tasks that it had defined. */
  undefine(instanceId: string): readonly string[] {
    return [...this.#tasks].flatMap(([task, stored]) => (stored.undefine(instanceId) ? task : []))
  }

  number(task: string, part: Part): number | undefined {
    return this.#tasks.get(task)?.number(part)
  }

  isPaused(task: string): boolean {
    return this.#tasks.get(task)?.isPausedAt(this.#clock.now()) ?? false
  }

  isDefined(task: string): boolean {
    return this.#own.has(task) || (this.#tasks.get(task)?.isDefinedBy((id) => this.alive.has(id)) ?? false)
  }

  /** True if, according to this copy, the fleet has already decided whether this slot or a newer slot runs. */
  isDecided(task: string, slot: number): boolean {
    return slot <= (this.number(task, 'lastSlot') ?? Number.NEGATIVE_INFINITY)
  }

  lastRuns(task: string): readonly EndedRun[] {
    return this.#tasks.get(task)?.lastRuns ?? []
  }

  offersAfterMs(task: string): number {
    return this.#sharedOf(task, this.#storedOf(task)).offersAfterMs
  }

  recordOf(task: string): FleetRecord {
    const stored = this.#storedOf(task)
    const { members, offersAfterMs } = this.#sharedOf(task, stored)
    const { lastRunText } = stored
    return {
      lastSlot: stored.number('lastSlot'),
      lastSchedule: afterSpace(stored.text('lastSlot')),
      lastSuccessAt: stored.number('lastSuccess'),
      // Parsed only when a caller reads it, because most records are replaced before a caller reads them.
      get lastRun() {
        const run = parsed<EndedRun>(afterSpace(lastRunText))
        return run && { ...run, request: undefined }
      },
      paused: parsed<NonNullable<FleetRecord['paused']>>(stored.text('paused')),
      rescheduled: parsed<NonNullable<FleetRecord['rescheduled']>>(stored.text('rescheduled')),
      goneAt: this.alive.goneAt,
      members,
      offersAfterMs,
      running: stored.runningBy(this.alive),
    }
  }

  #sharedOf(task: string, stored: Stored): ReturnType<Stored['sharedBy']> {
    return stored.sharedBy(this.alive, this.#own.get(task), this.#instanceId)
  }

  #storedOf(task: string): Stored {
    let stored = this.#tasks.get(task)
    if (stored === undefined) {
      stored = new Stored()
      this.#tasks.set(task, stored)
    }
    return stored
  }
}
