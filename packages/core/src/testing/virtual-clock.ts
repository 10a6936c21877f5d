import type { Clock, ClockTimer, LoopBlock } from '../base/clock.ts'
import { aDuration, type Duration, durationFrom, formatMs, msOf, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { inNextTurn } from '../base/next-turn.ts'
import { aFunction, anything, check, checkOptions, type OptionTable, oneOf } from '../base/options.ts'
import type { Timed } from './timer-heap.ts'
import { TimerHeap } from './timer-heap.ts'

/** The range of `Date` in milliseconds. */
const longestJumpMs = 8.64e15
const aJump = durationFrom(-longestJumpMs, longestJumpMs)

interface Sleeper extends Timed {
  readonly callback: () => void
}

/**
 * If more than this number of timers fire at the same virtual time, the clock throws an error, so that the test does
 * not hang.
 */
const maxAtOnce = 100_000
/**
 * If there is still work after this many turns of the event loop, the clock throws an error, so that the test does
 * not hang.
 */
const maxTurns = 20
/**
 * With `settle: 'microtasks'`, the event loop gets a turn after this many timers. Without this turn, a test could not
 * be aborted.
 */
const maxWithoutTurn = 1_024

/** Options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** The wall time at the start: a date string, or milliseconds since 1970. @defaultValue `'2026-01-01T00:00:00Z'` */
  readonly startAt?: string | number | undefined
  /**
   * For what the clock waits after each timer, before the next timer fires:
   *
   * - `'turn'`: for one turn of the event loop. `setImmediate`, streams and `MessageChannel` work.
   * - `'microtasks'`: for all promises that can settle. This is faster, but the code may await only promises and this
   * clock.
   *
   * @defaultValue `'turn'`
   */
  readonly settle?: 'turn' | 'microtasks' | undefined
  /** How late each timer fires. Real timers are a few milliseconds late. @defaultValue `0` */
  readonly late?: Duration | undefined
}

const clockOptions: OptionTable<VirtualClockOptions> = {
  startAt: anything,
  settle: oneOf(['turn', 'microtasks']),
  late: aDuration,
}

/** A clock for tests. Its time moves only when the test moves it, so a test can simulate days. */
export class VirtualClock implements Clock {
  readonly #sleepers = new TimerHeap<Sleeper>()
  readonly #onlyMicrotasks: boolean
  readonly #lateMs: number
  #fired = 0
  #wall: number
  #mono = 0
  #suspendedMs = 0
  #lostMs = 0
  #order = 0
  #firedAt = Number.NaN
  #firedHere = 0
  #waiting = 0
  #watchers: readonly ((block: LoopBlock) => void)[] = []
  readonly #pendingBlocks: LoopBlock[] = []

  constructor(options: VirtualClockOptions = {}) {
    checkOptions('VirtualClock', options, clockOptions, '')
    const { startAt = '2026-01-01T00:00:00Z', settle = 'turn', late = 0 } = options
    this.#onlyMicrotasks = settle === 'microtasks'
    this.#lateMs = msOf(late)
    const wall = typeof startAt === 'string' ? Date.parse(startAt) : startAt
    this.#wall = typeof wall === 'number' && Math.abs(wall) <= longestJumpMs ? wall : Number.NaN
    if (Number.isNaN(this.#wall))
      throw new InvalidOptionError(
        'startAt',
        "a date such as '2026-01-01T00:00:00Z', or milliseconds since 1970",
        startAt,
      )
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#mono
  }

  sinceBoot(): number {
    return this.#mono + this.#suspendedMs
  }

  awake(mono: number = this.#mono): number {
    return mono - this.#lostMs
  }

  timer(callback: () => void, delayMs: number, _ref?: boolean): ClockTimer {
    const wakeAt = this.#mono + Math.max(0, delayMs) + this.#lateMs
    const sleeper: Sleeper = { callback, wakeAt, order: this.#order, heapIndex: -1 }
    this.#order += 1
    this.#sleepers.add(sleeper)
    return { cancel: () => this.#sleepers.remove(sleeper), setRef: () => {} }
  }

  awaitTurn(): void {
    this.#waiting += 1
    inNextTurn(() => {
      this.#waiting -= 1
    })
  }

  watchBlocks(listener: Parameters<Clock['watchBlocks']>[0]): () => void {
    this.#watchers = [...this.#watchers, listener]
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== listener)
    }
  }

  /** The number of timers that are set. */
  get pending(): number {
    return this.#sleepers.size
  }

  /** Milliseconds until the next timer is due. `undefined` if no timer is set. */
  get nextInMs(): number | undefined {
    const next = this.#sleepers.first
    return next && Math.max(0, next.wakeAt - this.#mono)
  }

  /**
   * Moves time forward. Timers fire in the order in which they are due.
   *
   * @param by - a duration such as `'1h'`, or milliseconds
   * @throws {@link InvalidOptionError} unless `by` is a duration. Throws an `Error` if Runwell still has work for one
   * instant after 20 turns of the event loop, or if more than 100,000 timers fire at one time.
   */
  async advance(by: Duration): Promise<void> {
    const until = this.#mono + toMs('advance', by)
    await this.#settle()
    for (let next = this.#sleepers.first; next && next.wakeAt <= until; next = this.#sleepers.first) {
      this.#moveTo(next.wakeAt)
      this.#fire(next)
      await this.#settle()
    }
    this.#moveTo(until)
  }

  /**
   * Moves time forward from timer to timer until `condition` returns true.
   *
   * @param limit - the longest time by which the clock is moved
   * @throws {@link Error} when no timer is left or `limit` has passed.
   * @throws {@link InvalidOptionError} unless `condition` is a function and `limit` a duration.
   */
  async advanceUntil(condition: () => boolean, limit: Duration = '1d'): Promise<void> {
    check('condition', condition, aFunction)
    const limitMs = toMs('limit', limit)
    const until = this.#mono + limitMs
    await this.#settle()
    while (!condition()) {
      const next = this.#sleepers.first
      if (!next || next.wakeAt > until)
        throw new Error(`The condition did not hold within ${formatMs(limitMs)}`)
      this.#moveTo(next.wakeAt)
      this.#fire(next)
      await this.#settle()
    }
  }

  /**
   * Waits at least one turn of the event loop, so that pending promises and `setImmediate` callbacks can run. Waits
   * longer while Runwell still has work for this instant. Also reports the blocks of `block()`. Time does not move.
   */
  async settle(): Promise<void> {
    await turn()
    if (this.#waiting > 0) await this.#takeTurns()
    await this.#emitBlocks()
  }

  async #settle(): Promise<void> {
    this.#fired += 1
    await (this.#onlyMicrotasks && this.#fired % maxWithoutTurn !== 0 ? drained() : turn())
    if (this.#waiting > 0) await this.#takeTurns()
    if (this.#pendingBlocks.length > 0) await this.#emitBlocks()
  }

  async #takeTurns(): Promise<void> {
    for (let turns = 1; this.#waiting > 0; turns += 1) {
      if (turns > maxTurns) throw new Error(endless)
      await turn()
    }
  }

  async #emitBlocks(): Promise<void> {
    for (let block = this.#pendingBlocks.shift(); block; block = this.#pendingBlocks.shift()) {
      for (const watcher of this.#watchers) watcher(block)
      await turn()
    }
  }

  /**
   * Sets the wall clock forward. A negative `by`, such as `'-2h'`, sets the wall clock back. Monotonic time does not
   * change.
   */
  jump(by: Duration): void {
    const isBack = typeof by === 'string' && by.startsWith('-')
    this.#wall += isBack ? -toMs('jump', by.slice(1), aJump) : toMs('jump', by, aJump)
  }

  /** Simulates that the machine sleeps: the wall clock continues, but monotonic time stands still. */
  suspend(time: Duration): void {
    const ms = toMs('suspend', time)
    this.#wall += ms
    this.#suspendedMs += ms
  }

  /**
   * Simulates a blocked event loop: time moves forward, but no timer fires.
   *
   * A block of more than 50 ms is reported to the listeners of `watchBlocks` before the next timer fires.
   */
  block(time: Duration): void {
    const ms = toMs('block', time)
    const sinceMono = this.#mono
    this.#moveTo(sinceMono + ms)
    const last = this.#pendingBlocks.at(-1)
    if (last !== undefined && last.sinceMono + last.ms === sinceMono) {
      // The new block begins where the last block ended, so the two blocks are reported as one.
      this.#pendingBlocks[this.#pendingBlocks.length - 1] = { sinceMono: last.sinceMono, ms: last.ms + ms }
      this.#lostMs += ms
      return
    }
    if (ms <= 50) return
    this.#lostMs += ms - 50
    if (this.#watchers.length > 0) this.#pendingBlocks.push({ sinceMono, ms })
  }

  #moveTo(mono: number): void {
    if (mono <= this.#mono) return
    this.#wall += mono - this.#mono
    this.#mono = mono
  }

  #fire(sleeper: Sleeper): void {
    this.#firedHere = this.#firedAt === this.#mono ? this.#firedHere + 1 : 0
    this.#firedAt = this.#mono
    if (this.#firedHere > maxAtOnce)
      throw new Error(`More than ${maxAtOnce} timers fired without time passing`)
    this.#sleepers.remove(sleeper)
    sleeper.callback()
  }
}

const endless = `The time stands still: after ${maxTurns} turns of the event loop there is still work for this instant. Does a callback or an observer cause the event that calls it, as a trigger() of the same task in on.failure does?`

/** Stored here, because fake timers of a test may replace `process.nextTick` later. */
const nextTick = process.nextTick.bind(process)

function turn(): Promise<void> {
  return new Promise((resolve) => inNextTurn(resolve))
}

/** Resolves after all pending promise callbacks. This works only if the caller itself runs in a promise callback. */
function drained(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve))
}
