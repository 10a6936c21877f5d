import type { ClockTimer } from '@runwell/core'
import type { VirtualClock } from '@runwell/core/testing'

type Callback = (...args: unknown[]) => unknown

class HostTimer {
  /** The timers of Node have this field too, and an adopter may watch the field. */
  _destroyed = false
  readonly #time: HostTime
  readonly #call: () => unknown
  readonly #delayMs: number
  readonly #repeats: boolean
  #hasRef = true
  #armed: ClockTimer | undefined

  constructor(time: HostTime, callback: Callback, delay: unknown, repeats: boolean, args: unknown[]) {
    if (typeof callback !== 'function')
      throw new TypeError('The "callback" argument must be of type function')
    const ms = Number(delay)
    this.#time = time
    this.#call = () => Reflect.apply(callback, this, args)
    this.#delayMs = Number.isNaN(ms) ? 1 : Math.max(1, ms)
    this.#repeats = repeats
    this.refresh()
  }

  ref(): this {
    this.#hasRef = true
    return this
  }

  unref(): this {
    this.#hasRef = false
    return this
  }

  hasRef(): boolean {
    return this.#hasRef
  }

  refresh(): this {
    this.#armed?.cancel()
    this.#armed = this.#time.clock.timer(() => this.#fire(), this.#delayMs, this.#hasRef)
    return this
  }

  close(): this {
    this.#armed?.cancel()
    this._destroyed = true
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #fire(): void {
    if (this.#time.isDead) return
    if (this.#repeats) this.refresh()
    else this._destroyed = true
    this.#time.call(this.#call)
  }
}

/**
 * Records uncaught errors from `install()` to `uninstall()`. Unless `movesTime` is `false`, `install()` also replaces
 * the global timers and `Date` with a virtual clock.
 */
export class HostTime {
  readonly clock: VirtualClock
  isDead = false
  readonly #originals = { Date, setTimeout, setInterval, clearTimeout, clearInterval }

  readonly #uncaught: string[]
  readonly #onRejection = (error: unknown): void => void this.#uncaught.push(`unhandled: ${textOf(error)}`)
  readonly #onException = (error: unknown): void => void this.#uncaught.push(`uncaught: ${textOf(error)}`)
  #rejections: NodeJS.UnhandledRejectionListener[] = []
  #exceptions: NodeJS.UncaughtExceptionListener[] = []

  constructor(clock: VirtualClock, uncaught: string[]) {
    this.clock = clock
    this.#uncaught = uncaught
  }

  install(movesTime = true): void {
    this.#rejections = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', this.#onRejection)
    this.#exceptions = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', this.#onException)
    if (movesTime) this.#replaceTime()
  }

  #replaceTime(): void {
    const make =
      (repeats: boolean) =>
      (callback: Callback, delay?: unknown, ...args: unknown[]): HostTimer =>
        new HostTimer(this, callback, delay, repeats, args)
    const clear = (timer: unknown): void => {
      if (timer instanceof HostTimer) timer.close()
    }
    const fakes = {
      Date: dateOf(this.clock),
      setTimeout: make(false),
      setInterval: make(true),
      clearTimeout: clear,
      clearInterval: clear,
    }
    Object.assign(globalThis, fakes)
  }

  uninstall(): void {
    Object.assign(globalThis, this.#originals)
    process.removeListener('unhandledRejection', this.#onRejection)
    for (const listener of this.#rejections) process.on('unhandledRejection', listener)
    process.removeListener('uncaughtException', this.#onException)
    for (const listener of this.#exceptions) process.on('uncaughtException', listener)
  }

  call(callback: () => unknown): void {
    try {
      callback()
    } catch (error) {
      this.#onException(error)
    }
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function dateOf(clock: VirtualClock): DateConstructor {
  const Real = Date
  class HostDate extends Real {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [clock.now()] : args) as [number]))
    }

    static override now(): number {
      return clock.now()
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]'
    }
  }
  return HostDate as unknown as DateConstructor
}
