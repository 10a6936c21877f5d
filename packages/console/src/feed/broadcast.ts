import type { Observer, SupervisorEvent } from '@runwell/core'
import type { StreamedEvent, TaskDetail, TaskRow } from '../api/types.ts'
import type { EventRing } from './event-ring.ts'
import { message, type StreamQuery, Viewer } from './viewer.ts'

/** Messages are collected for this time, so that a thousand events a second are ten messages. */
const flushEveryMs = 100
/** Details of a watched task have ages in them, so they change without an event. */
const detailEveryMs = 2_000
/** Proxies close connections on which nothing is sent. */
const heartbeatEveryMs = 15_000
const maxViewers = 50

/** Reads the state that is sent beside the events. */
export interface Reader {
  row(task: string): TaskRow | undefined
  detail(task: string): TaskDetail | undefined
  /** What changes in the whole process without a task. */
  process(): unknown
}

/**
 * Records the events of a supervisor and sends them to the viewers, with the new row of each task that they changed. So no
 * viewer has to work out from an event what a task has become: a row is right when it is sent.
 */
export class Broadcast implements Observer {
  readonly name = 'console'
  readonly #ring: EventRing
  readonly #reader: Reader
  readonly #viewers = new Set<Viewer>()
  readonly #changed = new Set<string>()
  #processChanged = false
  #sent = 0
  #flush: NodeJS.Timeout | undefined
  #details: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined

  constructor(ring: EventRing, reader: Reader) {
    this.#ring = ring
    this.#reader = reader
  }

  get viewers(): number {
    return this.#viewers.size
  }

  onEvent(event: SupervisorEvent): void {
    this.#ring.add(event)
    if (this.#viewers.size === 0) return
    if ('task' in event) this.#changed.add(event.task)
    else this.#processChanged = true
    this.#flush ??= setTimeout(() => this.#sendChanges(), flushEveryMs).unref()
  }

  /** @returns the stream; `undefined` if there are too many viewers already. */
  open(query: StreamQuery): ReadableStream<Uint8Array> | undefined {
    if (this.#viewers.size >= maxViewers) return undefined
    // The viewer gets what was before from the ring, so it must not get that once more when the others do.
    if (this.#flush !== undefined) this.#sendChanges()
    this.#sent = this.#ring.newest
    const viewer = new Viewer(query, () => this.#leave(viewer))
    this.#viewers.add(viewer)
    viewer.send('retry: 2000\n\n')
    this.#resume(viewer)
    this.#details ??= setInterval(() => this.#sendDetails(() => true), detailEveryMs).unref()
    this.#heartbeat ??= setInterval(() => this.#sendAll(': still here\n\n'), heartbeatEveryMs).unref()
    return viewer.body
  }

  close(): void {
    this.#sendChanges()
    for (const viewer of this.#viewers) viewer.end()
    this.#viewers.clear()
    this.#stopTimers()
  }

  /** Sends what the viewer has missed, or tells it to load everything again. */
  #resume(viewer: Viewer): void {
    const { cursor } = viewer.query
    if (cursor === undefined) return
    const { events, lost } = this.#ring.after(cursor)
    if (lost !== 0) {
      viewer.send(
        message('reset', { why: lost === undefined ? 'restarted' : 'overrun', lost }, this.#ring.cursor),
      )
      return
    }
    const tasks = new Set(events.flatMap(({ task }) => (task === undefined ? [] : [task])))
    viewer.send(this.#messagesFor(viewer, events, this.#rowsMessage(tasks)))
  }

  #sendChanges(): void {
    clearTimeout(this.#flush)
    this.#flush = undefined
    const { events, lost = 0 } = this.#ring.afterNumber(this.#sent)
    const gap = lost === 0 ? '' : message('reset', { why: 'overrun', lost })
    this.#sent = this.#ring.newest
    const rows = this.#rowsMessage(this.#changed)
    const process = this.#processChanged ? message('process', this.#reader.process()) : ''
    this.#processChanged = false
    const changed = new Set(this.#changed)
    this.#changed.clear()
    for (const viewer of this.#viewers) viewer.send(gap + this.#messagesFor(viewer, events, rows) + process)
    this.#sendDetails((task) => changed.has(task))
  }

  #messagesFor(viewer: Viewer, events: readonly StreamedEvent[], rows: string): string {
    const wanted = events.filter((event) => viewer.query.wants(event))
    const cursor = events.at(-1)?.id
    // The id moves on with each message, also if none of its events is wanted.
    if (wanted.length === 0 && cursor === undefined) return rows
    return rows + message('events', wanted, cursor)
  }

  /** Tasks that are gone have no row: the page removes them. */
  #rowsMessage(tasks: ReadonlySet<string>): string {
    if (tasks.size === 0) return ''
    const rows: TaskRow[] = []
    const gone: string[] = []
    for (const task of tasks) {
      const row = this.#reader.row(task)
      if (row === undefined) gone.push(task)
      else rows.push(row)
    }
    return message('rows', { rows, gone })
  }

  #sendDetails(changed: (task: string) => boolean): void {
    const made = new Map<string, string>()
    for (const viewer of this.#viewers) {
      const task = viewer.query.watches
      if (task === undefined || !changed(task)) continue
      const text = made.get(task) ?? message('detail', this.#reader.detail(task) ?? null)
      made.set(task, text)
      viewer.send(text)
    }
  }

  #sendAll(text: string): void {
    for (const viewer of this.#viewers) viewer.send(text)
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer)
    if (this.#viewers.size > 0) return
    this.#changed.clear()
    this.#stopTimers()
  }

  #stopTimers(): void {
    clearTimeout(this.#flush)
    clearInterval(this.#details)
    clearInterval(this.#heartbeat)
    this.#flush = undefined
    this.#details = undefined
    this.#heartbeat = undefined
  }
}
