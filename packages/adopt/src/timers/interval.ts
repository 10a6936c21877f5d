import { emitProcessWarning } from '@runwell/core/adapter'
import { callSite, taskName } from '../base/names.ts'

type Callback = (...args: unknown[]) => unknown

/** The longest period of a timer in Node: about 24.8 days. */
const maxDelayMs = 2 ** 31 - 1
/** A longer period is shortened to this: 100 years. */
const maxPeriodMs = 36_525 * 86_400_000

const intervals = new WeakMap<object, Interval>()

export class Interval {
  readonly timer: NodeJS.Timeout
  readonly name: string
  readonly periodMs: number
  run: Callback
  isCleared = false
  onHeld: () => void = () => {}
  onCleared: () => void = () => {}
  readonly #args: readonly unknown[]
  #isHeld = false

  constructor(callback: Callback, delay: unknown, args: unknown[], callee: (...args: never[]) => unknown) {
    const ms = Number(delay)
    this.run = callback
    this.#args = args
    this.periodMs = ms >= 1 ? Math.min(ms, maxPeriodMs) : 1
    this.name = taskName(callback?.name) ?? callSite(callee) ?? 'interval'
    if (delay !== undefined && Number.isNaN(ms))
      emitProcessWarning(
        `Runwell: the delay of interval '${this.name}' is not a number (${String(delay)}), so it runs every 1 ms.`,
      )

    // If the period is longer than Node's limit, the timer fires several times per period. Only the last time calls
    // the callback.
    const turns = Math.ceil(this.periodMs / maxDelayMs)
    let turn = 0
    const self = this
    const onTurn = function (this: unknown, ...given: unknown[]): unknown {
      turn = (turn + 1) % turns
      if (turn !== 0) return undefined
      if (self.#isHeld) return self.onHeld()
      return Reflect.apply(self.run, this, given)
    }
    const delayMs = turns === 1 ? (delay as number) : this.periodMs / turns
    // If `callback` is not a function, Node throws its own error.
    this.timer = globalThis.setInterval(typeof callback === 'function' ? onTurn : callback, delayMs, ...args)
    if (typeof this.timer !== 'object') return // under jsdom, a timer is a number
    intervals.set(this.timer, this)
    whenDestroyed(this.timer, () => this.cleared())
  }

  static of(timer: unknown): Interval | undefined {
    return typeof timer === 'object' && timer !== null ? intervals.get(timer) : undefined
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
  }

  runNow(): unknown {
    return Reflect.apply(this.run, this.timer, this.#args)
  }

  cleared(): void {
    if (this.isCleared) return
    this.isCleared = true
    this.onCleared()
  }
}

/**
 * Calls `done` when a timer has ended, for example by `close()`. Node has no event for this, but sets the field
 * `_destroyed`.
 */
function whenDestroyed(timer: object, done: () => void): void {
  if (!('_destroyed' in timer)) return
  let destroyed = false
  Object.defineProperty(timer, '_destroyed', {
    configurable: true,
    enumerable: true,
    get: () => destroyed,
    set: (value: boolean) => {
      destroyed = value
      if (value) done()
    },
  })
}
