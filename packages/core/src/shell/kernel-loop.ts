import type { Clock } from '../base/clock.ts'
import type { Now } from '../base/now.ts'
import { inRootContext } from '../base/root-context.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { Effect } from '../kernel/effect.ts'
import type { KernelEvent } from '../kernel/event.ts'
import type { KernelState } from '../kernel/state.ts'
import { newKernel } from '../kernel/state.ts'
import { empty, takeStep } from '../kernel/step.ts'
import type { Step } from '../kernel/step-state.ts'
import { newStep } from '../kernel/step-state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { Observers } from '../observe/observers.ts'
import type { Alarm } from './alarm.ts'
import type { LiveRun } from './live-run.ts'
import type { PendingRequest } from './pending-request.ts'
import type { TaskRecord } from './task-record.ts'
import { Timers } from './timers.ts'

/** The parts of the shell that carry out effects, each its own kind. */
export interface LoopParts {
  /** Does what the kernel decided. */
  carryOut(effect: Effect, now: Now): void
  /** An alarm went off. */
  onAlarm(alarm: Alarm<TaskRecord> | TaskRecord, now: Now): void
  /** The batch is over: everything that was touched is in its new state. */
  onSettled(record: TaskRecord, now: Now): void
  /** The wall clock has jumped; told before the alarms of a wake are looked at. */
  onClockJumped(deltaMs: number, now: Now): void
  /** Whether the process should be kept alive though no task asks for it. */
  keepsAlive(): boolean
}

/** After so long a wake gives the event loop a turn, though more alarms are due. What it began settles in that turn too. */
const sliceMs = 8

/** How far the wall clock may drift from monotonic time before it counts as a jump. */
const jumpMs = 1_000

/**
 * The loop around the kernel: takes events one at a time, steps, and has the effects carried out, in one order that
 * every observer sees. What user code calls meanwhile is queued and stepped afterwards.
 */
export class KernelLoop {
  readonly clock: Clock
  readonly kernel: KernelState
  readonly observers: Observers
  readonly timers: Timers<Alarm<TaskRecord> | TaskRecord>
  readonly records = new Map<string, TaskRecord>()
  /** Runs that were given up on and live on, also those of tasks that have left. */
  readonly abandoned = new Set<LiveRun>()
  readonly #moment: Step
  readonly #stepTime: { -readonly [Line in keyof Now]: Now[Line] }
  readonly #requests = new Map<number, PendingRequest<LiveRun>>()
  /** Most requests are taken in the very step that they were made for. */
  #newest: PendingRequest<LiveRun> | undefined
  #nextRequestId = 1
  #parts: LoopParts | undefined
  /** What is still to be stepped, from `#next` on; an array that is shifted would cost its whole length each time. */
  #queue: KernelEvent[] = []
  #next = 0
  readonly #touched: TaskRecord[] = []
  #isBusy = false
  #alive = 0
  /** Wall less monotonic time, when it was last compared. */
  #offset: number

  constructor(clock: Clock, seed: number, warnings: ConsoleWarnings) {
    this.clock = clock
    this.kernel = newKernel(seed)
    this.#stepTime = this.now()
    this.#moment = newStep(this.kernel, this.#stepTime)
    this.observers = new Observers(() => clock.now(), warnings)
    this.timers = new Timers<Alarm<TaskRecord> | TaskRecord>(clock, () => this.wake())
    this.#offset = clock.now() - clock.monotonic()
  }

  /** Says who carries out effects. Call it once, before anything is dispatched: those parts need the loop themselves. */
  connect(parts: LoopParts): void {
    this.#parts = parts
  }

  now(): Now {
    const { clock } = this
    const mono = clock.monotonic()
    return { wall: clock.now(mono), mono, awake: clock.awake(mono) }
  }

  /** As `now`, but always the same object: it is of use until the next step, and each run takes two. */
  #readStepTime(): Now {
    const { clock } = this
    const mono = clock.monotonic()
    const now = this.#stepTime
    now.mono = mono
    now.wall = clock.now(mono)
    now.awake = clock.awake(mono)
    return now
  }

  /** Whether effects are being carried out right now, so that what is dispatched waits its turn. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /** Keeps `request` until its run starts or it is refused. Returns the id to pass to the kernel. */
  addRequest(request: PendingRequest<LiveRun>): number {
    const id = this.#nextRequestId
    this.#nextRequestId += 1
    if (this.#newest) this.#requests.set(id - 1, this.#newest)
    this.#newest = request
    return id
  }

  takeRequest(id: number): PendingRequest<LiveRun> | undefined {
    if (id === 0) return undefined
    if (id === this.#nextRequestId - 1) {
      const newest = this.#newest
      this.#newest = undefined
      return newest
    }
    const request = this.#requests.get(id)
    this.#requests.delete(id)
    return request
  }

  dispatch(event: KernelEvent): void {
    if (this.#isBusy) this.#queue.push(event)
    else inRootContext(this.#drain, event)
  }

  /** As `dispatch`, for callers that are in the root context already, as everything is that follows from a run. */
  dispatchInRoot(event: KernelEvent): void {
    if (this.#isBusy) this.#queue.push(event)
    else this.#drain(event)
  }

  /** Runs `work` as one batch: in the root context, with what it dispatches stepped at its end. */
  batch(work: () => void): void {
    if (this.#isBusy) return work()
    inRootContext(this.#runBatch, work)
  }

  readonly #runBatch = (work: () => void): void => {
    this.#isBusy = true
    try {
      work()
    } finally {
      this.#isBusy = false
      this.#drain(undefined)
    }
  }

  emit(event: SupervisorEvent): void {
    this.observers.emit(event)
  }

  /** Notes that something about `record` may have changed. */
  touch(record: TaskRecord): void {
    if (record.isTouched) return
    record.isTouched = true
    this.#touched.push(record)
  }

  /** A task may begin stuck, by an abandoned run of an earlier one of its name; no effect says so. */
  #touchNamed(name: string, now: Now): void {
    const record = this.records.get(name)
    if (!record) return
    if (record.state.abandoned > 0) record.extras.stuckSince ??= now.awake
    this.touch(record)
  }

  #connected(): LoopParts {
    if (this.#parts === undefined) throw new Error('The kernel loop is not connected to its parts yet')
    return this.#parts
  }

  /** Counts how many tasks keep the process alive. */
  setAlive(record: TaskRecord, keepsAlive: boolean): void {
    if (record.keepsAlive === keepsAlive) return
    record.keepsAlive = keepsAlive
    this.#alive += keepsAlive ? 1 : -1
  }

  /** Steps `first`, and then whatever has been queued meanwhile. */
  readonly #drain = (first: KernelEvent | undefined): void => {
    if (this.#isBusy) return
    this.#stepAll(first)
    this.#settleTimers()
  }

  #stepAll(first: KernelEvent | undefined): void {
    const parts = this.#connected()
    this.#isBusy = true
    try {
      // Something may have been touched outside a step; judging it may bring new events.
      if (this.#touched.length > 0) this.#settleTouched(parts, this.now())
      let event = first ?? this.#take()
      while (event !== undefined) {
        const now = this.#readStepTime()
        for (const effect of takeStep(this.#moment, event, now)) parts.carryOut(effect, now)
        if (event.type === 'register') this.#touchNamed(event.task, now)
        if (this.#touched.length > 0) this.#settleTouched(parts, now)
        event = this.#queue.length > 0 ? this.#take() : undefined
      }
    } finally {
      this.#isBusy = false
      // After a fault of our own, what is left goes on with the next event.
      if (this.#next > 0 && this.#next < this.#queue.length) {
        this.#queue = this.#queue.slice(this.#next)
        this.#next = 0
      }
    }
  }

  #settleTimers(): void {
    this.timers.settle(this.#alive > 0 || this.#connected().keepsAlive())
  }

  #take(): KernelEvent | undefined {
    const event = this.#queue[this.#next]
    if (event !== undefined) this.#next += 1
    else if (this.#next > 0) {
      empty(this.#queue)
      this.#next = 0
    }
    return event
  }

  #settleTouched(parts: LoopParts, now: Now): void {
    for (let record = this.#touched.pop(); record; record = this.#touched.pop()) {
      record.isTouched = false
      parts.onSettled(record, now)
    }
  }

  /** The timer went off, or the watchdog found that it should have. */
  wake(): void {
    const parts = this.#connected()
    const now = this.now()
    const deltaMs = this.#takeJump(now)
    // A batch of its own: what is due has to be seen as the jump has left it.
    if (deltaMs !== 0) this.batch(() => parts.onClockJumped(deltaMs, now))
    inRootContext(this.#wakeDue, deltaMs === 0 ? now : this.now())
  }

  /** Each alarm is a batch of its own. What is armed anew for this very instant has its turn with the next timer. */
  readonly #wakeDue = (now: Now): void => {
    const parts = this.#connected()
    const untilMono = now.mono + sliceMs
    try {
      for (let most = this.timers.size; most > 0; most -= 1) {
        const alarm = this.timers.pop(now.mono)
        if (alarm === undefined) break
        this.#isBusy = true
        try {
          parts.onAlarm(alarm, now)
        } finally {
          this.#isBusy = false
        }
        this.#stepAll(undefined)
        if (this.clock.monotonic() >= untilMono) break
      }
    } finally {
      this.#settleTimers()
    }
  }

  /** By how much the wall clock has jumped since the last call; 0 if it has not. */
  #takeJump(now: Now): number {
    const offset = now.wall - now.mono
    const deltaMs = offset - this.#offset
    if (Math.abs(deltaMs) < jumpMs) return 0
    this.#offset = offset
    return deltaMs
  }

  /** Nothing is armed any more. */
  close(): void {
    this.timers.close()
  }
}
