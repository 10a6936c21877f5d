import type { Observer, SupervisorEvent } from '@runwell/core'
import { errorText } from '@runwell/core/adapter'
import type { TaskRow } from '../api/types.ts'
import type { Audit } from './audit.ts'
import { changesProcess } from './event-classes.ts'
import type { EventRing } from './event-ring.ts'
import type { Reader } from './reader.ts'
import { bytesOf, eventsMessage, message, type StreamQuery, Viewer } from './viewer.ts'

const flushEveryMs = 100
/**
 * If it took 10 ms to send a message, the next message waits 500 ms (`restShare` × 10 ms), but at most
 * `longestRestMs`. So messages usually use at most 2 % of a core.
 */
const restShare = 50
const longestRestMs = 1_000
/**
 * Creates the rows of a message for at most this time, because this work blocks the event loop. The remaining rows
 * wait for the next message.
 */
const rowsForMs = 8
/**
 * The details of a task are sent again at this interval. They contain ages and data of other processes, which change
 * without an event.
 */
const detailEveryMs = 2_000
/** A line is sent at this interval even without changes, because proxies close silent connections. */
const heartbeatEveryMs = 15_000
const maxViewers = 50
/**
 * If it took 1 ms to create the view of the process, the view is not created again for 100 ms (`processShare` × 1
 * ms). So this work uses at most 1 % of a core.
 */
const processShare = 100
export class Broadcast implements Observer {
  readonly name = 'console'
  readonly #ring: EventRing
  readonly #audit: Audit
  readonly #reader: Reader
  readonly #warn: (text: string) => void
  readonly #viewers = new Set<Viewer>()
  readonly #changed = new Set<string>()
  #isStopping = false
  #processChanged = false
  #hasWarned = false
  #restsUntil = 0
  #probes = ''
  #processDueAt = 0
  #sent = 0
  #flush: NodeJS.Timeout | undefined
  #details: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined

  constructor(ring: EventRing, audit: Audit, reader: Reader, warn: (text: string) => void) {
    this.#ring = ring
    this.#audit = audit
    this.#reader = reader
    this.#warn = warn
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** True from the beginning of a stop of the supervisor. */
  get isStopping(): boolean {
    return this.#isStopping
  }

  onEvent(event: SupervisorEvent): void {
    this.#ring.add(event)
    this.#audit.onEvent(event)
    if (event.type === 'shutdown.started') {
      this.#isStopping = true
      // Later, so that the other observers do not wait.
      setImmediate(() => this.#guarded(() => this.#endMounted()))
    }
    if (this.#viewers.size === 0) return
    if ('task' in event) this.#changed.add(event.task)
    if (!('task' in event) || changesProcess.has(event.type)) this.#processChanged = true
    if (event.type === 'fleet.down' || event.type === 'fleet.up') this.#lookElsewhere()
    if (event.type === 'monitor.ticked') for (const task of event.changed) this.#changed.add(task)
    this.#sendSoon()
  }

  /** Call this when the view of the process has changed without an event. */
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

  open(query: StreamQuery): ReadableStream<Uint8Array> | undefined {
    if (this.#viewers.size >= maxViewers) return undefined
    // Sends the waiting events before the new viewer is added. The new viewer reads these events from the ring, and
    // must not get them twice.
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
    if (this.#isStopping && query.endsAtStop) {
      this.#end(viewer)
      return viewer.body
    }
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

  #endMounted(): void {
    const mounted = [...this.#viewers].filter(({ query }) => query.endsAtStop)
    if (mounted.length === 0) return
    this.#sendChanges(Number.POSITIVE_INFINITY)
    for (const viewer of mounted) this.#end(viewer)
  }

  /** The viewer connects again after its `retry` time, and then gets what is new. */
  #end(viewer: Viewer): void {
    const { watches } = viewer.query
    viewer.send(message('process', this.#reader.process()))
    if (watches !== undefined) viewer.send(message('detail', this.#reader.detail(watches) ?? null))
    viewer.send(message('end', { why: 'stopping' }, this.#ring.cursor))
    viewer.end()
    this.#leave(viewer)
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

  /**
   * Sends the events that the viewer has missed. If this process does not have them, tells the viewer to load
   * everything again.
   */
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

  #sendChanges(rowsFor = rowsForMs): void {
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
    const rows = this.#rowsMessage(this.#changed, rowsFor)
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

  /**
   * Called when no viewer reads fast enough. Slow viewers load everything again later, so the changed rows and the
   * waiting events are not sent.
   */
  #skipChanges(): void {
    this.#changed.clear()
    this.#sent = this.#ring.newest
  }

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

  /** Removes the tasks of the created rows from `tasks`. The other tasks wait for the next message. */
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
