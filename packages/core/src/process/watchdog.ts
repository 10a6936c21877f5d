import { Worker } from 'node:worker_threads'
import { errorText } from '../base/error-record.ts'
import { toError } from '../base/to-error.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import type { SupervisorView } from '../task/view.ts'

/** The time between the deadline of the stop and the kill. */
const graceMs = 2_000
const textBytes = 8_192
/** The text comes after four numbers of 4 bytes and the deadline of 8 bytes. */
const textAt = 24

/**
 * The code of the thread. A string, because a bundler would not add a separate file to its bundle.
 *
 * The code does not use `process.exit`, which would end only the thread. The code does not use streams, which need
 * the blocked event loop.
 */
const source = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const [turn, armed, length] = [0, 1, 2]
const head = new Int32Array(workerData, 0, 4)
const deadline = new BigInt64Array(workerData, 16, 1)
const text = new Uint8Array(workerData, ${textAt})
for (;;) {
  const lastTurn = Atomics.load(head, turn)
  const isArmed = Atomics.load(head, armed) === 1
  const leftMs = isArmed ? Number(Atomics.load(deadline, 0) - process.hrtime.bigint()) / 1e6 : Infinity
  if (leftMs <= 0) {
    try {
      writeSync(2, Buffer.from(text.slice(0, Atomics.load(head, length))))
    } catch {}
    process.kill(process.pid, 'SIGKILL')
  }
  Atomics.wait(head, turn, lastTurn, leftMs)
}
`

/** Ends a stop even if the event loop is blocked forever. A thread then kills the process (exit code 137). */
export class Watchdog implements Observer {
  readonly name = 'watchdog'
  readonly #memory = new SharedArrayBuffer(textAt + textBytes)
  readonly #head = new Int32Array(this.#memory, 0, 4)
  readonly #deadline = new BigInt64Array(this.#memory, 16, 1)
  readonly #text = new Uint8Array(this.#memory, textAt)
  /** Task names by run id. */
  readonly #runs = new Map<string, string>()
  #view: SupervisorView | undefined
  #worker: Worker | undefined
  #isBroken = false
  readonly #log: (line: string) => void

  constructor(log: (line: string) => void) {
    this.#log = log
  }

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
    // An abandoned run may still block the event loop, so the run stays in the list.
    else if (event.type === 'run.ended' && event.outcome !== 'abandoned') this.#runs.delete(event.runId)
    else return
    this.#writeText()
  }

  /** Kills the process after `ms` plus two seconds, unless `disarm()` or `arm()` is called before. */
  arm(ms: number): void {
    this.#worker ??= this.#begin()
    if (this.#worker === undefined) return
    Atomics.store(this.#deadline, 0, process.hrtime.bigint() + BigInt(Math.round((ms + graceMs) * 1e6)))
    Atomics.store(this.#head, 1, 1)
    this.#writeText()
    this.#wakeThread()
  }

  disarm(): void {
    Atomics.store(this.#head, 1, 0)
    this.#wakeThread()
    void this.#worker?.terminate()
    this.#worker = undefined
  }

  #begin(): Worker | undefined {
    if (this.#isBroken) return undefined
    try {
      // The empty `execArgv` keeps the thread from using loaders and flags of the process.
      const worker = new Worker(source, { eval: true, workerData: this.#memory, execArgv: [] })
      worker.on('error', (error) => this.#onBroken(error))
      worker.unref()
      return worker
    } catch (error) {
      // With `--permission` and without `--allow-worker`, Node refuses to start a thread.
      this.#onBroken(error)
      return undefined
    }
  }

  #onBroken(error: unknown): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#log(
      `The watchdog cannot start its thread, so nothing watches the stop: ${errorText(toError(error))}`,
    )
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
    const line = `[runwell] The stop has not ended ${graceMs / 1_000} s after its deadline because the event loop is blocked. Killing the process. Active runs: ${runs}\n`
    const { written } = new TextEncoder().encodeInto(line, this.#text)
    Atomics.store(this.#head, 2, written)
  }

  #wakeThread(): void {
    Atomics.add(this.#head, 0, 1)
    Atomics.notify(this.#head, 0)
  }
}
