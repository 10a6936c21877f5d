import type { Connection } from '../store/connection.ts'
import type { OpenStore } from '../store/open-store.ts'
import { journalField } from './fields.ts'
import { Journal } from './journal.ts'

/**
 * The changes of this process that the store does not have yet. Each write waits for the write before it. Otherwise,
 * the number of parallel writes to a slow store would grow without limit.
 */
export class Outbox {
  readonly #connection: Connection
  readonly #journalField: string
  readonly #journal = new Journal()
  readonly #fields = new Map<string, string>()
  #written: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection, instanceId: string) {
    this.#connection = connection
    this.#journalField = journalField(instanceId)
  }

  get isEmpty(): boolean {
    return this.#fields.size === 0
  }

  get fields(): Iterable<readonly [field: string, value: string]> {
    return this.#fields
  }

  has(field: string): boolean {
    return this.#fields.has(field)
  }

  put(field: string, value: string): void {
    this.#fields.set(field, value)
    this.#journal.add(field)
  }

  /** The journal also lists removed fields, so that other processes learn that the field is gone. */
  withdraw(field: string): void {
    this.#fields.delete(field)
    this.#journal.add(field)
  }

  beat(): void {
    this.#journal.beat()
  }

  forgetOld(): void {
    this.#journal.forgetOld()
  }

  write(store: OpenStore, also: Readonly<Record<string, string>> = {}): Promise<void> {
    const written = this.#written.then(() => this.#writeNow(store, also))
    this.#written = written.catch(() => {})
    return written
  }

  async #writeNow(store: OpenStore, also: Readonly<Record<string, string>>): Promise<void> {
    // Sorted, because PostgreSQL locks one field after the other. Two processes that write the same fields in
    // different orders could deadlock.
    const values = Object.fromEntries([...this.#fields].sort(([one], [other]) => (one < other ? -1 : 1)))
    const journal = { [this.#journalField]: this.#journal.text }
    await this.#connection.inTime(store.fields.setQueueMeta({ ...values, ...journal, ...also }))
    // A field that got a newer value during the write must be written again.
    for (const [field, value] of Object.entries(values))
      if (this.#fields.get(field) === value) this.#fields.delete(field)
  }
}
