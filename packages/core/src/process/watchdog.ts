import { Worker } from 'node:worker_threads'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import type { SupervisorView } from '../task/view.ts'

/** After its deadline a stop gets so much more before the process is killed. */
const graceMs = 2_000
const textBytes = 8_192
/** Where the text begins: after four numbers of 4 bytes, and the deadline. */
const textAt = 24

/**
 * What the thread runs. It is text, since a file of its own would have to be found by ESM, CommonJS and bundlers alike.
 * `process.exit` would only end the thread, so it kills; and it writes by itself, since the streams of a thread are
 * emptied by the very event loop that is held.
 */
const source = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const [turn, armed, length] = [0, 1, 2]
const head = new Int32Array(workerData, 0, 4)
const deadline = new BigInt64Array(workerData, 16, 1)
const text = new Uint8Array(workerData, ${textAt})
for (;;) {
  const seen = Atomics.load(head, turn)
  const isArmed = Atomics.load(head, armed) === 1
  const leftMs = isArmed ? Number(Atomics.load(deadline, 0) - process.hrtime.bigint()) / 1e6 : Infinity
  if (leftMs <= 0) {
    try {
      writeSync(2, Buffer.from(text.slice(0, Atomics.load(head, length))))
    } catch {}
    process.kill(process.pid, 'SIGKILL')
  }
  Atomics.wait(head, turn, seen, leftMs)
}
`

/**
 * Sees to it that a stop ends though the event loop is held for ever, which nothing on that loop can do: a thread
 * prints the names of the live runs and kills the process, for whose parent the exit code is 137. Attached as an
 * observer it is armed by the beginning of a stop; before that there is no thread and it costs nothing.
 *
 * It sees no signal that comes while the loop is held already: that one is for whoever sends the next.
 */
export class Watchdog implements Observer {
  readonly name = 'watchdog'
  readonly #memory = new SharedArrayBuffer(textAt + textBytes)
  readonly #head = new Int32Array(this.#memory, 0, 4)
  readonly #deadline = new BigInt64Array(this.#memory, 16, 1)
  readonly #text = new Uint8Array(this.#memory, textAt)
  /** Live and abandoned runs, by id, with their task; kept from the beginning of the stop. */
  readonly #runs = new Map<string, string>()
  #view: SupervisorView | undefined
  #worker: Worker | undefined

  onSupervisor(view: SupervisorView): void {
    this.#view = view
  }

  onEvent(event: SupervisorEvent): void {
    if (event.type === 'shutdown.started') {
      this.#collect()
      return this.arm(event.deadlineMs)
    }
    if (this.#worker === undefined) return
    if (event.type === 'run.started') this.#runs.set(event.runId, event.task)
    else if (event.type === 'run.settled-late') this.#runs.delete(event.runId)
    // One that is abandoned lives on, and may be the very one that holds the loop.
    else if (event.type === 'run.ended' && event.outcome !== 'abandoned') this.#runs.delete(event.runId)
    else return
    this.#writeText()
  }

  /** From now on the process has `ms`, and two seconds more. */
  arm(ms: number): void {
    this.#worker ??= this.#begin()
    Atomics.store(this.#deadline, 0, process.hrtime.bigint() + BigInt(Math.round((ms + graceMs) * 1e6)))
    Atomics.store(this.#head, 1, 1)
    this.#writeText()
    this.#wakeThread()
  }

  /** The stop has ended by itself. */
  disarm(): void {
    Atomics.store(this.#head, 1, 0)
    this.#wakeThread()
    void this.#worker?.terminate()
    this.#worker = undefined
  }

  #begin(): Worker {
    // Loaders and flags of the process are no business of the thread.
    const worker = new Worker(source, { eval: true, workerData: this.#memory, execArgv: [] })
    worker.on('error', () => {}) // without a thread there is no watchdog, and the stop goes on
    worker.unref()
    return worker
  }

  #collect(): void {
    for (const task of this.#view?.tasks() ?? []) {
      for (const { runId } of task.active()) this.#runs.set(runId, task.name)
    }
  }

  #writeText(): void {
    const shown = [...this.#runs].slice(0, 30).map(([runId, task]) => `${task} (run ${runId})`)
    const more = this.#runs.size - shown.length
    const runs = `${shown.join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`
    const line = `[runwell] The stop has not ended ${graceMs / 1_000} s after its deadline: the event loop is held, and the process is killed. Live runs: ${runs}\n`
    const { written } = new TextEncoder().encodeInto(line, this.#text)
    Atomics.store(this.#head, 2, written)
  }

  #wakeThread(): void {
    Atomics.add(this.#head, 0, 1)
    Atomics.notify(this.#head, 0)
  }
}
