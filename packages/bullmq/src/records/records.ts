import type { FleetHost, FleetRecord, FleetTask } from '@runwell/core/adapter'
import type { Connection } from '../store/connection.ts'
import type { OpenStore } from '../store/open-store.ts'
import { Alive } from './alive.ts'
import { hasDefinition, removeOrphans } from './definitions.ts'
import {
  type Change,
  definitionField,
  fieldOf,
  isPausedAt,
  joinedField,
  journalField,
  numberOf,
  type Part,
  partNames,
  recordOf,
  type Stored,
  storedOf,
  takeField,
} from './fields.ts'
import { offersAfterMs } from './first-offer.ts'
import { JointRead } from './joint-read.ts'
import { changedSince, type Seen } from './journal.ts'
import { Outbox } from './outbox.ts'

/** Changes are written together after this time. */
const writeAfterMs = 100
/** A look reads the changes of other processes. One look in this many reads everything, in case a change was missed. */
const looksPerFullRead = 300
/** After this number of looks, a process writes that it is alive. */
const looksPerBeat = 5
/**
 * The shortest `silenceMs`, however small `pollEvery` is: a process that is only blocked must not be taken for dead.
 */
const shortestSilenceMs = 3_000

/** What the fleet knows of its tasks. The store keeps it; this class has a copy from the last look. */
export class Records {
  readonly #connection: Connection
  readonly #host: FleetHost
  readonly #pollMs: number
  readonly #own = new Map<string, FleetTask>()
  readonly #outbox: Outbox
  readonly #seen = new Map<string, Seen>()
  readonly #alive: Alive
  readonly #lastSlots: JointRead
  #tasks = new Map<string, Stored>()
  readonly #isAlive = (instanceId: string): boolean => this.#alive.has(instanceId)
  #joined: string | undefined
  #looks = 0
  #looking: NodeJS.Timeout | undefined
  #writing: NodeJS.Timeout | undefined
  #isClosed = false
  /** Called when a task may have changed, before the supervisor learns of it. */
  onChange: (task: string) => void = () => {}
  /** Called before each look for changes. */
  onLook: (store: OpenStore) => Promise<void> = async () => {}
  /** Called each time that all fields were read, with these fields. */
  onReadAll: (all: Readonly<Record<string, string>>, isAlive: (id: string) => boolean) => void = () => {}

  constructor(connection: Connection, host: FleetHost, pollMs: number) {
    this.#connection = connection
    this.#host = host
    this.#pollMs = pollMs
    this.#outbox = new Outbox(connection, host.instanceId)
    this.#lastSlots = new JointRead((names) => connection.ask((store) => this.#read(store, names)))
    this.#alive = new Alive(host.clock, Math.max(shortestSilenceMs, pollMs * looksPerBeat * 3))
  }

  /** Reads everything, says what this process defines, and looks for changes from now on. */
  async open(store: OpenStore): Promise<void> {
    await this.#readAll(store)
    // This field names the process that joined last. When it changes, other processes read everything, so it is written
    // after the other fields of this process.
    await this.#write(store, { [joinedField]: this.#host.instanceId })
    clearTimeout(this.#looking)
    this.#lookLater()
  }

  number(task: string, part: Part): number | undefined {
    return numberOf(this.#tasks.get(task), part)
  }

  isPaused(task: string): boolean {
    return isPausedAt(this.#tasks.get(task), this.#host.clock.now())
  }

  /** Resolves once others can read that this process defines the task. */
  async written(task: string): Promise<void> {
    const field = definitionField(task, this.#host.instanceId)
    if (this.#outbox.has(field)) await this.#connection.ask((store) => this.#write(store))
  }

  /**
   * Reads from the store whether any process defines the task. This process may not know all of them yet.
   * @param instanceId - the process that has added a slot of the task; its definition is read first
   */
  hasDefinition(task: string, instanceId: string): Promise<boolean> {
    return this.#connection.ask((store) => hasDefinition(store, task, instanceId))
  }

  /** Whether a process that is alive defines the task, as far as this process knows. */
  isDefined(task: string): boolean {
    if (this.#own.has(task)) return true
    const definitions = this.#tasks.get(task)?.definitions
    return definitions !== undefined && [...definitions.keys()].some((id) => this.#alive.has(id))
  }

  /** How long this process waits before it offers a slot that is due. */
  offersAfterMs(task: string): number {
    const own = this.#own.get(task)
    return own ? offersAfterMs(own, this.#host.instanceId, this.#tasks.get(task), this.#isAlive) : 0
  }

  /** Whether the slot or a newer one has been decided, as far as this process knows. */
  isDecided(task: string, slot: number): boolean {
    return slot <= (this.number(task, 'lastSlot') ?? Number.NEGATIVE_INFINITY)
  }

  /** Reads which slot of the task was decided last. */
  readLastSlot(task: string): Promise<void> {
    return this.#lastSlots.read(fieldOf('lastSlot', task))
  }

  /** Reads the parts of a task from the store, and returns its record. */
  async fresh(task: string): Promise<FleetRecord> {
    const names = partNames.map((part) => fieldOf(part, task))
    await this.#connection.ask((store) => this.#read(store, names))
    return this.#recordOf(task)
  }

  define(task: FleetTask): void {
    this.#own.set(task.task, task)
    this.#put(task.task, definitionField(task.task, this.#host.instanceId), JSON.stringify(task))
  }

  withdraw(task: string): void {
    this.#own.delete(task)
    const field = definitionField(task, this.#host.instanceId)
    this.forget(task, [field])
  }

  /** Sets a field of a task. It is written soon; while the store is down, the write is tried again. */
  keep(task: string, field: string, value: string): void {
    this.#put(task, field, value)
  }

  /** Removes fields of a task, here and in the store. */
  forget(task: string, names: readonly string[]): void {
    for (const name of names) {
      takeField(this.#tasks, name, '')
      this.#outbox.withdraw(task, name)
    }
    this.#connection.ask(({ fields }) => fields.removeQueueMetaFields([...names])).catch(() => {})
    this.#writeLater()
  }

  /** Changes parts of a task. They are written soon; while the store is down, the write is tried again. */
  change(task: string, change: Change): void {
    for (const part of partNames) {
      const value = change[part]
      if (value !== undefined) this.#put(task, fieldOf(part, task), value)
    }
  }

  /** Notes that this slot and all older ones are decided, and to which schedule the slot belongs. */
  decided(task: string, slot: number, schedule: string): void {
    if (!this.isDecided(task, slot)) this.change(task, { lastSlot: `${slot} ${schedule}` })
  }

  /** Changes parts of a task, and resolves once that is written. */
  async changeNow(task: string, change: Change): Promise<void> {
    this.change(task, change)
    await this.#connection.ask((store) => this.#write(store))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#looking)
    clearTimeout(this.#writing)
    const { instanceId } = this.#host
    await this.#connection.ask(async (store) => {
      await this.#write(store)
      const mine = [...this.#own.keys()].map((task) => definitionField(task, instanceId))
      await store.fields.removeQueueMetaFields([journalField(instanceId), ...mine])
      await store.fields.setQueueMeta({ [joinedField]: `${instanceId} left` })
    })
  }

  #put(task: string, field: string, value: string): void {
    takeField(this.#tasks, field, value)
    this.#outbox.put(task, field, value)
    this.#writeLater()
  }

  #writeLater(): void {
    if (this.#writing !== undefined || this.#isClosed) return
    this.#writing = setTimeout(() => {
      this.#writing = undefined
      this.#connection.ask((store) => this.#write(store)).catch(() => {})
    }, writeAfterMs)
    this.#writing.unref()
  }

  async #write(store: OpenStore, also?: Readonly<Record<string, string>>): Promise<void> {
    this.#tell(await this.#outbox.write(store, also))
  }

  #lookLater(): void {
    if (this.#isClosed) return
    this.#looking = setTimeout(() => {
      void this.#connection.probe((store) => this.#look(store)).then(() => this.#lookLater())
    }, this.#pollMs)
    this.#looking.unref()
  }

  /** Reads what other processes have changed since the last look. Now and then also writes that this one is alive. */
  async #look(store: OpenStore): Promise<void> {
    this.#looks += 1
    this.#alive.looks()
    await this.onLook(store)
    const isBeat = this.#looks % looksPerBeat === 0
    if (isBeat) this.#outbox.forgetOld()
    if (isBeat || !this.#outbox.isEmpty) {
      this.#outbox.beat()
      await this.#write(store)
    }
    const { instanceId } = this.#host
    const others = [...this.#alive.all].filter((id) => id !== instanceId)
    const journals = [instanceId, ...others].map(journalField)
    const [joined, own, ...texts] = await store.fields.getQueueMetaFields([joinedField, ...journals])
    const isForgotten = own === null
    if (joined !== this.#joined || isForgotten || this.#looks % looksPerFullRead === 0) {
      if (isForgotten) for (const task of this.#own.values()) this.define(task)
      return this.#readAll(store)
    }
    const changed = new Set<string>()
    const forgotten = new Set<string>()
    for (const [index, id] of others.entries()) {
      const text = texts[index] ?? undefined
      if (text === undefined || text === this.#seen.get(id)?.text) continue
      const { seen, fields } = changedSince(text, this.#seen.get(id))
      this.#seen.set(id, seen)
      this.#alive.heard(id)
      if (fields === undefined) return this.#readAll(store)
      for (const field of fields) changed.add(field)
    }
    this.#alive.heard(instanceId)
    const dead = this.#alive.takeDead()
    if (dead.length > 0) await this.#forget(store, dead, forgotten)
    const tasks = changed.size > 0 ? await this.#read(store, [...changed]) : []
    this.#tell(new Set([...tasks, ...forgotten]))
    return undefined
  }

  /**
   * Copies fields from the store. A field that this process still has to write keeps its own value, which is newer.
   * Returns the tasks of the fields that were copied.
   */
  async #read(store: OpenStore, names: readonly string[]): Promise<string[]> {
    const values = await store.fields.getQueueMetaFields([...names])
    return names.flatMap((name, index) => {
      if (this.#outbox.has(name)) return []
      const value = values[index] ?? ''
      if (value === '' && name.startsWith('d|')) this.#alive.withdrawn()
      return takeField(this.#tasks, name, value) ?? []
    })
  }

  async #readAll(store: OpenStore): Promise<void> {
    const all = await store.fields.getQueueMeta()
    const before = this.#tasks
    this.#tasks = new Map()
    this.#joined = all[joinedField]
    const ids = new Set<string>()
    for (const [field, value] of Object.entries({ ...all, ...Object.fromEntries(this.#outbox.fields) })) {
      takeField(this.#tasks, field, value)
      if (!field.startsWith('c|')) continue
      const id = field.slice(2)
      ids.add(id)
      if (id !== this.#host.instanceId && this.#seen.get(id)?.text !== value) {
        this.#seen.set(id, changedSince(value, undefined).seen)
        this.#alive.heard(id)
      }
    }
    this.#alive.keepOnly(ids)
    this.#alive.heard(this.#host.instanceId)
    await removeOrphans(store, Object.keys(all), ids)
    this.onReadAll(all, (id) => ids.has(id))
    for (const task of this.#own.values())
      storedOf(this.#tasks, task.task).definitions.set(this.#host.instanceId, task)
    this.#tell(new Set([...before.keys(), ...this.#tasks.keys()]))
  }

  /** Removes the journals and definitions of dead processes. Several processes may do this for the same dead one. */
  async #forget(store: OpenStore, dead: readonly string[], changed: Set<string>): Promise<void> {
    const names = dead.map(journalField)
    for (const id of dead) {
      this.#seen.delete(id)
      for (const [task, { definitions }] of this.#tasks) {
        if (!definitions.delete(id)) continue
        names.push(definitionField(task, id))
        changed.add(task)
      }
    }
    await store.fields.removeQueueMetaFields(names)
  }

  #recordOf(task: string): FleetRecord {
    return recordOf(storedOf(this.#tasks, task), this.#alive, this.offersAfterMs(task))
  }

  #tell(tasks: Iterable<string>): void {
    const records = new Map<string, FleetRecord>()
    for (const task of tasks) {
      records.set(task, this.#recordOf(task))
      this.onChange(task)
    }
    if (records.size > 0) this.#host.know(records)
  }
}
