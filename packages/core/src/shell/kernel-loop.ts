import type { Clock } from '../base/clock.ts'
import type { Now } from '../base/now.ts'
import { inRootContext } from '../base/root-context.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { KernelEvent } from '../kernel/event.ts'
import type { KernelState } from '../kernel/state.ts'
import { newKernel } from '../kernel/state.ts'
import { empty, takeStep } from '../kernel/step.ts'
import type { Step } from '../kernel/step-state.ts'
import { newStep } from '../kernel/step-state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { Observers } from '../observe/observers.ts'
import type { Alarm } from './alarm.ts'
import { CurrentRun } from './current-run.ts'
import type { LoopParts } from './loop-parts.ts'
import { PendingRequests } from './pending-requests.ts'
import type { TaskRecord } from './task-record.ts'
import { Timers } from './timers.ts'
import { fewSteps, isOfCaller, Turn } from './turn.ts'
import { type ClockJump, WallClock } from './wall-clock.ts'

/** If due timers take longer than this, the event loop gets a turn before the next timer is handled. */
const sliceMs = 8

export class KernelLoop {
  readonly clock: Clock
  readonly kernel: KernelState
  readonly observers: Observers
  readonly timers: Timers<Alarm<TaskRecord> | TaskRecord>
  readonly records = new Map<string, TaskRecord>()
  readonly currentRun = new CurrentRun()
  readonly requests = new PendingRequests()
  readonly #step: Step
  readonly #stepTime: { -readonly [Line in keyof Now]: Now[Line] }
  #parts: LoopParts | undefined
  /** The events from index `#next` on are waiting. `shift()` would be slow, because it moves the whole array. */
  #queue: KernelEvent[] = []
  #next = 0
  readonly #touched: TaskRecord[] = []
  readonly #wallClock: WallClock
  #isMoving = false
  readonly #turn: Turn
  #isBusy = false
  /** Whether the queue waits for the next turn of the event loop. */
  #isWaiting = false
  #alive = 0

  constructor(clock: Clock, seed: number, warnings: ConsoleWarnings) {
    this.clock = clock
    this.kernel = newKernel(seed)
    this.#stepTime = this.now()
    this.#step = newStep(this.kernel, this.#stepTime)
    this.observers = new Observers(() => clock.now(), warnings)
    this.timers = new Timers<Alarm<TaskRecord> | TaskRecord>(clock, () => this.wake())
    this.#wallClock = new WallClock(clock)
    this.#turn = new Turn(() => this.#goOn())
  }

  connect(parts: LoopParts): void {
    this.#parts = parts
  }

  now(): Now {
    const { clock } = this
    const mono = clock.monotonic()
    return { wall: clock.now(mono), mono, awake: clock.awake(mono) }
  }

  /** Always returns the same object. Its values are valid only until the next step. */
  #readStepTime(): Now {
    const { clock } = this
    const mono = clock.monotonic()
    const now = this.#stepTime
    now.mono = mono
    now.wall = clock.now(mono)
    now.awake = clock.awake(mono)
    return now
  }

  hasToWait(): boolean {
    if (!this.#isBusy && !this.#isWaiting && this.#turn.isOverForCalls()) this.#wait()
    return this.#isBusy || this.#isWaiting
  }

  #wait(): void {
    this.#isWaiting = true
    this.clock.awaitTurn?.()
  }

  get isMoving(): boolean {
    return this.#isMoving
  }

  dispatch(event: KernelEvent): void {
    if (isOfCaller(event) ? this.#isBusy || this.#isWaiting : this.hasToWait()) this.#queue.push(event)
    else inRootContext(this.#drain, event)
  }

  /** Like `dispatch`, but faster. The caller must already be in the root context. */
  dispatchInRoot(event: KernelEvent): void {
    if (this.hasToWait()) this.#queue.push(event)
    else this.#drain(event)
  }

  /** Calls `work` in the root context. Events that `work` dispatches are handled after `work` returns. */
  batch(work: () => void): void {
    // The caller may be code of a run with another async context.
    if (this.#isBusy) inRootContext(work, undefined)
    else inRootContext(this.#runBatch, work)
  }

  readonly #runBatch = (work: () => void): void => {
    this.#isBusy = true
    try {
      work()
    } finally {
      this.#isBusy = false
      this.hasToWait()
      this.#drain(undefined)
    }
  }

  emit(event: SupervisorEvent): void {
    this.observers.emit(event)
  }

  touch(record: TaskRecord): void {
    if (record.isTouched) return
    record.isTouched = true
    this.#touched.push(record)
  }

  /** A new task can be stuck from the start: an earlier task of the same name may have left an abandoned run. */
  #touchNamed(name: string, now: Now): void {
    const record = this.records.get(name)
    if (!record) return
    record.followStuck(now.awake)
    this.touch(record)
  }

  #connected(): LoopParts {
    if (this.#parts === undefined) throw new Error('The kernel loop is not connected to its parts yet')
    return this.#parts
  }

  setAlive(record: TaskRecord, keepsAlive: boolean): void {
    if (record.keepsAlive === keepsAlive) return
    record.keepsAlive = keepsAlive
    this.#alive += keepsAlive ? 1 : -1
  }

  readonly #drain = (first: KernelEvent | undefined): void => {
    if (this.#isBusy) return
    if (!this.#isWaiting) this.#stepAll(first)
    this.#settleTimers()
  }

  #goOn(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#turn.allow(this.#queue.length - this.#next)
    inRootContext(this.#drain, undefined)
  }

  #stepAll(first: KernelEvent | undefined): void {
    const parts = this.#connected()
    this.#isBusy = true
    try {
      // A batch may have called `touch()` outside of a step. The tasks that it touched are handled first.
      if (this.#touched.length > 0) this.#settleTouched(parts, this.now())
      let event = first ?? this.#take()
      let steps = 0
      while (event !== undefined) {
        const now = this.#readStepTime()
        // A clock jump is handled before the event, because a run that starts in this step needs the new time.
        const jump = this.#wallClock.look(now)
        if (jump !== undefined) this.#onJumped(jump, now)
        for (const effect of takeStep(this.#step, event, now)) parts.carryOut(effect, now)
        if (event.type === 'register') this.#touchNamed(event.task, now)
        if (this.#touched.length > 0) this.#settleTouched(parts, now)
        steps += 1
        this.#turn.countStep(now.mono)
        if (this.#queue.length === 0) break
        if (steps >= fewSteps && this.#turn.isOver(now.mono) && this.#next < this.#queue.length) this.#wait()
        event = this.#isWaiting ? undefined : this.#take()
      }
    } finally {
      this.#isBusy = false
      this.#isMoving = false
      // Events may remain after an internal error, or if the event loop must get a turn.
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
      parts.onStepEnded(record, now)
    }
  }

  /**
   * Plans the slots again if the wall clock has jumped. Must be called before a slot is planned.
   * @returns true after a jump
   */
  lookAtClock(now: Now = this.now()): boolean {
    const jump = this.#wallClock.look(now)
    if (jump === undefined) return false
    this.batch(() => this.#onJumped(jump, now))
    return true
  }

  #onJumped(jump: ClockJump, now: Now): void {
    this.#isMoving = true
    this.#connected().onClockJumped(jump, now)
  }

  wake(): void {
    const now = this.now()
    inRootContext(this.#wakeDue, this.lookAtClock(now) ? this.now() : now)
  }

  /**
   * Handles due alarms for about 8 ms. The time of a virtual clock stands still meanwhile, so the number of alarms is
   * limited, too. Without this limit, an alarm that is always set again would keep the loop running forever.
   */
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
        if (!this.#isWaiting) this.#stepAll(undefined)
        if (this.clock.monotonic() >= untilMono) break
      }
    } finally {
      this.#settleTimers()
    }
  }

  close(): void {
    this.timers.close()
  }
}
