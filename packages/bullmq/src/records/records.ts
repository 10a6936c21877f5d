import type { FleetHost, FleetRecord, FleetTask } from '@runwell/core/adapter'
import { Batch } from '../store/batch.ts'
import type { Connection } from '../store/connection.ts'
import type { OpenStore } from '../store/open-store.ts'
import { Copy } from './copy.ts'
import { hasDefinition, removeOrphans } from './definitions.ts'
import { type Change, definitionField, fieldOf, joinedField, journalField, partNames } from './fields.ts'
import { changedSince, type Seen } from './journal.ts'
import { Outbox } from './outbox.ts'
import type { EndedRun } from './stored.ts'

/** Changes within this time are written together. */
const writeAfterMs = 100
/** Each time after this many polls, all fields are read, in case a change was missed. */
const looksPerFullRead = 300
/** Each time after this many polls, this process also writes that it is alive. */
const looksPerBeat = 5
/**
 * A process counts as dead only after at least this silence, even if `pollEvery` is short. So a process that is
 * blocked for a second or two does not count as dead.
 */
const shortestSilenceMs = 3_000

export class Records {
  readonly copy: Copy
  readonly #connection: Connection
  readonly #host: FleetHost
  readonly #pollMs: number
  readonly #outbox: Outbox
  readonly #seen = new Map<string, Seen>()
  readonly #lastSlots: Batch<string, unknown>
  /** Tasks whose `FleetRecord` the supervisor gets after the next write. */
  readonly #changed = new Set<string>()
  /** Tasks whose `FleetRecord` the supervisor gets at the next poll. */
  readonly #untold = new Set<string>()
  #joined: string | undefined
  #looks = 0
  #looking: NodeJS.Timeout | undefined
  #writing: NodeJS.Timeout | undefined
  #isClosed = false
  onChange: (task: string) => void = () => {}
  onLook: (store: OpenStore) => Promise<void> = async () => {}
  onReadAll: (all: Readonly<Record<string, string>>, isAlive: (id: string) => boolean) => void = () => {}

  constructor(connection: Connection, host: FleetHost, pollMs: number) {
    this.#connection = connection
    this.#host = host
    this.#pollMs = pollMs
    this.copy = new Copy(host, Math.max(shortestSilenceMs, pollMs * looksPerBeat * 3))
    this.#outbox = new Outbox(connection, host.instanceId)
    this.#lastSlots = new Batch<string, unknown>((names) =>
      connection.ask((store) => this.#read(store, names)),
    )
  }

  async open(store: OpenStore): Promise<void> {
    await this.#readAll(store)
    // The new `joinedField` makes other processes read all fields. So it is the last field of this write.
    await this.#write(store, { [joinedField]: this.#host.instanceId })
    clearTimeout(this.#looking)
    this.#lookLater()
  }

  /** Resolves when the store has this process's definition of the task. */
  async written(task: string): Promise<void> {
    const field = definitionField(task, this.#host.instanceId)
    if (this.#outbox.has(field)) await this.#connection.ask((store) => this.#write(store))
  }

  hasDefinition(task: string, instanceId: string): Promise<boolean> {
    return this.#connection.ask((store) => hasDefinition(store, task, instanceId))
  }

  async readLastSlot(task: string): Promise<void> {
    await this.#lastSlots.ask(fieldOf('lastSlot', task))
  }

  async readParts(task: string): Promise<void> {
    const names = partNames.map((part) => fieldOf(part, task))
    await this.#connection.ask((store) => this.#read(store, names))
  }

  /**
   * Returns the ended run of a slot or of a request. The store keeps only the newest successful run and the newest
   * other run of each task, so older runs are not found.
   * @param key - identifies a request
   */
  async readEnded(task: string, slot: number | undefined, key: string): Promise<EndedRun | undefined> {
    await this.readParts(task)
    const runs = this.copy.lastRuns(task)
    return runs.find((run) => (slot === undefined ? run.request === key : run.slot === slot))
  }

  define(task: FleetTask): void {
    this.copy.define(task)
    this.#put(definitionField(task.task, this.#host.instanceId), JSON.stringify(task))
    this.#changed.add(task.task)
  }

  withdraw(task: string): void {
    this.copy.withdraw(task)
    this.forget(task, [definitionField(task, this.#host.instanceId)])
  }

  /** Writes the field after `writeAfterMs`. A failed write is repeated. */
  keep(task: string, field: string, value: string): void {
    this.#put(field, value)
    this.#untold.add(task)
  }

  forget(task: string, names: readonly string[]): void {
    for (const name of names) {
      this.copy.take(name, '')
      this.#outbox.withdraw(name)
    }
    this.#changed.add(task)
    this.#connection.ask(({ fields }) => fields.removeQueueMetaFields([...names])).catch(() => {})
    this.#writeLater()
  }

  change(task: string, change: Change): void {
    for (const part of partNames) {
      const value = change[part]
      if (value !== undefined) this.#put(fieldOf(part, task), value)
    }
    this.#untold.add(task)
  }

  /** Notes that this slot and all older slots of the task are decided. */
  decided(task: string, slot: number, schedule: string): void {
    if (!this.copy.isDecided(task, slot)) this.change(task, { lastSlot: `${slot} ${schedule}` })
  }

  async changeNow(task: string, change: Change): Promise<void> {
    this.change(task, change)
    this.#changed.add(task)
    await this.#connection.ask((store) => this.#write(store))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#looking)
    clearTimeout(this.#writing)
    const { instanceId } = this.#host
    await this.#connection.ask(async (store) => {
      await this.#write(store)
      const mine = [...this.copy.own.keys()].map((task) => definitionField(task, instanceId))
      await store.fields.removeQueueMetaFields([journalField(instanceId), ...mine])
      await store.fields.setQueueMeta({ [joinedField]: `${instanceId} left` })
    })
  }

  #put(field: string, value: string): void {
    this.copy.take(field, value)
    this.#outbox.put(field, value)
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
    await this.#outbox.write(store, also)
    const changed = [...this.#changed]
    this.#changed.clear()
    this.#tell(changed)
  }

  #lookLater(): void {
    if (this.#isClosed) return
    this.#looking = setTimeout(() => {
      void this.#connection.probe((store) => this.#look(store)).then(() => this.#lookLater())
    }, this.#pollMs)
    this.#looking.unref()
  }

  async #look(store: OpenStore): Promise<void> {
    this.#looks += 1
    this.copy.alive.looks()
    await this.onLook(store)
    const isBeat = this.#looks % looksPerBeat === 0
    if (isBeat) this.#outbox.forgetOld()
    if (isBeat || !this.#outbox.isEmpty) {
      this.#outbox.beat()
      await this.#write(store)
    }
    const { instanceId } = this.#host
    const others = [...this.copy.alive.all].filter((id) => id !== instanceId)
    const journals = [instanceId, ...others].map(journalField)
    const [joined, own, ...texts] = await store.fields.getQueueMetaFields([joinedField, ...journals])
    const isForgotten = own === null
    if (joined !== this.#joined || isForgotten || this.#looks % looksPerFullRead === 0) {
      if (isForgotten) for (const task of this.copy.own.values()) this.define(task)
      return this.#readAll(store)
    }
    const changed = new Set<string>()
    for (const [index, id] of others.entries()) {
      const text = texts[index] ?? undefined
      if (text === undefined || text === this.#seen.get(id)?.text) continue
      const { seen, fields } = changedSince(text, this.#seen.get(id))
      this.#seen.set(id, seen)
      this.copy.alive.heard(id)
      if (fields === undefined) return this.#readAll(store)
      for (const field of fields) changed.add(field)
    }
    this.copy.alive.heard(instanceId)
    const dead = this.copy.alive.takeDead()
    if (dead.length > 0) await this.#forget(store, dead)
    if (changed.size > 0) for (const task of await this.#read(store, [...changed])) this.#untold.add(task)
    const untold = [...this.#untold]
    this.#untold.clear()
    this.#tell(untold)
    return undefined
  }

  /**
   * Reads fields into `copy`, except fields that this process still has to write. Returns the tasks of the fields
   * that it has read.
   */
  async #read(store: OpenStore, names: readonly string[]): Promise<string[]> {
    const values = await store.fields.getQueueMetaFields([...names])
    return names.flatMap((name, index) => {
      if (this.#outbox.has(name)) return []
      const value = values[index] ?? ''
      if (value === '' && name.startsWith('d|')) this.copy.alive.withdrawn()
      return this.copy.take(name, value) ?? []
    })
  }

  async #readAll(store: OpenStore): Promise<void> {
    const all = await store.fields.getQueueMeta()
    this.#joined = all[joinedField]
    const known = this.copy.takeAll(Object.entries({ ...all, ...Object.fromEntries(this.#outbox.fields) }))
    const ids = new Set<string>()
    for (const [field, value] of Object.entries(all)) {
      if (!field.startsWith('c|')) continue
      const id = field.slice(2)
      ids.add(id)
      if (id !== this.#host.instanceId && this.#seen.get(id)?.text !== value) {
        this.#seen.set(id, changedSince(value, undefined).seen)
        this.copy.alive.heard(id)
      }
    }
    this.copy.alive.keepOnly(ids)
    this.copy.alive.heard(this.#host.instanceId)
    await removeOrphans(store, Object.keys(all), ids)
    this.onReadAll(all, (id) => ids.has(id))
    this.#untold.clear()
    this.#tell(known)
  }

  async #forget(store: OpenStore, dead: readonly string[]): Promise<void> {
    const names = dead.map(journalField)
    for (const id of dead) {
      this.#seen.delete(id)
      for (const task of this.copy.undefine(id)) {
        names.push(definitionField(task, id))
        this.#untold.add(task)
      }
    }
    await store.fields.removeQueueMetaFields(names)
  }

  #tell(tasks: Iterable<string>): void {
    const records = new Map<string, FleetRecord>()
    for (const task of tasks) {
      records.set(task, this.copy.recordOf(task))
      this.onChange(task)
    }
    if (records.size > 0) this.#host.know(records)
  }
}
