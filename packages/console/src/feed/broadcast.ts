import type { Observer, SupervisorEvent } from '@runwell/core'
import { errorText } from '@runwell/core/adapter'
import type { StreamedEvent, TaskDetail, TaskRow } from '../api/types.ts'
import type { Audit } from './audit.ts'
import type { EventRing } from './event-ring.ts'
import { bytesOf, message, type StreamQuery, Viewer } from './viewer.ts'

/**
 * Changes wait at least this long, and are then sent together. A new viewer makes the console send them immediately.
 */
const flushEveryMs = 100
/**
 * After a message that took t to make, the next one waits for `restShare` × t, but at most `longestRestMs`. So messages
 * that take up to 20 ms use at most about 2 % of a core.
 */
const restShare = 50
const longestRestMs = 1_000
/**
 * Rows for one message are made for at most this time. Other rows follow later, so the event loop is never blocked
 * long.
 */
const rowsForMs = 8
/**
 * How often the details of a watched task are sent again. They contain ages and data of other processes, which change
 * without an event.
 */
const detailEveryMs = 2_000
/** How often a comment is sent to all viewers, because proxies close connections on which nothing is sent. */
const heartbeatEveryMs = 15_000
const maxViewers = 50
/** After the view of the process took t to create, it is not created again for `processShare` × t. */
const processShare = 100
/** Types of events that concern one task, but change the view of the whole process too. */
const changesProcess: ReadonlySet<string> = new Set<SupervisorEvent['type']>([
  'task.registered',
  'task.unregistered',
  'task.paused',
  'task.resumed',
  'health.changed',
])

/** Reads the data that are sent beside the events. */
export interface Reader {
  row(task: string): TaskRow | undefined
  detail(task: string): TaskDetail | undefined
  /** The whole process, without its tasks. */
  process(): unknown
  /** The names of the tasks that other processes have changed since the last call. */
  changedElsewhere(): readonly string[]
  /** The answers of the probes as one text, which is compared with the text before: they may change with any event. */
  probes(): string
}

/**
 * Records the events of a supervisor and sends them to the viewers. It also sends a new row of each task that has
 * events, so that no viewer has to derive the state of a task from events.
 */
export class Broadcast implements Observer {
  readonly name = 'console'
  readonly #ring: EventRing
  readonly #audit: Audit
  readonly #reader: Reader
  readonly #warn: (text: string) => void
  readonly #viewers = new Set<Viewer>()
  readonly #changed = new Set<string>()
  #processChanged = false
  #hasWarned = false
  #restsUntil = 0
  #probes = ''
  #processDueAt = 0
  #sent = 0
  #flush: NodeJS.Timeout | undefined
  #details: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined

  /** @param warn - receives faults of the console, which must not end the process that the console watches */
  constructor(ring: EventRing, audit: Audit, reader: Reader, warn: (text: string) => void) {
    this.#ring = ring
    this.#audit = audit
    this.#reader = reader
    this.#warn = warn
  }

  get viewers(): number {
    return this.#viewers.size
  }

  onEvent(event: SupervisorEvent): void {
    this.#ring.add(event)
    this.#audit.onEvent(event)
    if (this.#viewers.size === 0) return
    if ('task' in event) this.#changed.add(event.task)
    if (!('task' in event) || changesProcess.has(event.type)) this.#processChanged = true
    if (event.type === 'fleet.down' || event.type === 'fleet.up') this.#lookElsewhere()
    if (event.type === 'monitor.ticked') for (const task of event.changed) this.#changed.add(task)
    this.#sendSoon()
  }

  /** To call when the view of the whole process has changed without an event. */
  processHasChanged(): void {
    if (this.#viewers.size === 0) return
    this.#processChanged = true
    this.#sendSoon()
  }

  #lookElsewhere(): void {
    const changed = this.#reader.changedElsewhere()
    if (changed.length === 0) return
    for (const task of changed) this.#changed.add(task)
    this.#processChanged = true
    this.#sendSoon()
  }

  #sendSoon(): void {
    if (this.#flush !== undefined) return
    const waitMs = Math.max(flushEveryMs, this.#restsUntil - performance.now())
    this.#flush = setTimeout(() => this.#guarded(() => this.#sendAndRest()), waitMs).unref()
  }

  #sendAndRest(): void {
    const begunAt = performance.now()
    this.#sendChanges()
    const endedAt = performance.now()
    this.#restsUntil = endedAt + Math.min(longestRestMs, restShare * (endedAt - begunAt))
  }

  /** @returns the stream; `undefined` if there are too many viewers already. */
  open(query: StreamQuery): ReadableStream<Uint8Array> | undefined {
    if (this.#viewers.size >= maxViewers) return undefined
    // The events that still wait are sent to the other viewers now. The new viewer reads them from the ring, and would
    // otherwise receive them a second time.
    if (this.#flush !== undefined) this.#sendChanges()
    this.#sent = this.#ring.newest
    const viewer = new Viewer(
      query,
      () => this.#ring.newest,
      () => this.#leave(viewer),
    )
    this.#viewers.add(viewer)
    viewer.send('retry: 2000\n\n')
    this.#resume(viewer)
    // Some rows may still wait since the last viewer left.
    if (this.#changed.size > 0) this.#sendSoon()
    this.#details ??= setInterval(
      () =>
        this.#guarded(() => {
          this.#lookElsewhere()
          this.#sendDetails(() => true)
        }),
      detailEveryMs,
    ).unref()
    this.#heartbeat ??= setInterval(() => this.#sendAll(': still here\n\n'), heartbeatEveryMs).unref()
    return viewer.body
  }

  close(): void {
    this.#guarded(() => this.#sendChanges())
    for (const viewer of this.#viewers) viewer.end()
    this.#viewers.clear()
    this.#stopTimers()
  }

  #guarded(send: () => void): void {
    try {
      send()
    } catch (error) {
      if (this.#hasWarned) return
      this.#hasWarned = true
      const why = error instanceof Error ? errorText(error) : String(error)
      this.#warn(`The console could not send what has changed: ${why}`)
    }
  }

  /** If the viewer has a cursor: sends the events that it has missed, or a message to load everything again. */
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
    const process = events.length === 0 ? '' : message('process', this.#reader.process())
    const wanted = events.filter((event) => viewer.query.wants(event))
    viewer.send(
      eventsMessage(this.#rowsMessage(tasks, Number.POSITIVE_INFINITY), wanted, events.at(-1)?.id) + process,
    )
  }

  #sendChanges(): void {
    clearTimeout(this.#flush)
    this.#flush = undefined
    const readers = [...this.#viewers].filter(({ isBehind }) => !isBehind)
    if (readers.length === 0) return this.#skipChanges()
    const isWanted = readers.some(({ query }) => query.wantsEvents)
    const lost = this.#ring.lostAfter(this.#sent)
    const events = isWanted ? this.#ring.afterNumber(this.#sent).events : []
    const cursor = this.#sent < this.#ring.newest ? this.#ring.cursor : undefined
    const gap = lost === 0 ? '' : message('reset', { why: 'overrun', lost })
    this.#sent = this.#ring.newest
    const changed = new Set(this.#changed)
    const rows = this.#rowsMessage(this.#changed, rowsForMs)
    const process = this.#processMessage()
    const quiet = bytesOf(gap + eventsMessage(rows, [], cursor) + process)
    for (const viewer of readers) {
      const wanted = viewer.query.wantsEvents ? events.filter((event) => viewer.query.wants(event)) : []
      viewer.send(
        wanted.length === 0 ? quiet : gap + eventsMessage(rows, wanted, cursor) + process,
        this.#sent,
      )
    }
    this.#sendDetails((task) => changed.has(task))
    if (this.#changed.size > 0) this.#sendSoon()
  }

  /** Drops the changes, because no viewer can take them. Viewers that are behind load everything again later. */
  #skipChanges(): void {
    this.#changed.clear()
    this.#sent = this.#ring.newest
  }

  /**
   * Returns a message with the view of the process if it has changed and was not created too recently, else an empty
   * text. Creating it takes longer with more tasks.
   */
  #processMessage(): string {
    const probes = this.#reader.probes()
    if (!this.#processChanged && probes === this.#probes) return ''
    this.#probes = probes
    const begunAt = performance.now()
    if (begunAt < this.#processDueAt) {
      this.#processChanged = true
      this.#sendSoon()
      return ''
    }
    this.#processChanged = false
    const text = message('process', this.#reader.process())
    const endedAt = performance.now()
    this.#processDueAt = endedAt + processShare * (endedAt - begunAt)
    return text
  }

  /**
   * Makes the rows of tasks, for at most `forMs`. Tasks that are gone have no row: the page removes them.
   *
   * @param tasks - the names of the tasks; each one that is in the message is removed
   */
  #rowsMessage(tasks: Set<string>, forMs: number): string {
    if (tasks.size === 0) return ''
    const rows: TaskRow[] = []
    const gone: string[] = []
    const until = performance.now() + forMs
    for (const task of tasks) {
      tasks.delete(task)
      const row = this.#reader.row(task)
      if (row === undefined) gone.push(task)
      else rows.push(row)
      if (performance.now() >= until) break
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
    if (this.#viewers.size === 0) this.#stopTimers()
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

/** With a cursor, there is always a message of events, even an empty one: it moves the cursor of the viewer. */
function eventsMessage(rows: string, wanted: readonly StreamedEvent[], cursor: string | undefined): string {
  return cursor === undefined ? rows : rows + message('events', wanted, cursor)
}
