import type { Supervisor } from '@runwell/core'
import { check, emitProcessWarning } from '@runwell/core/adapter'
import { aSupervisor } from '../base/check-arguments.ts'
import { type AdoptEach, optionsFor } from '../base/options.ts'
import { orUndo } from '../base/or-undo.ts'
import { adoptInterval } from './adopt-interval.ts'
import { Interval } from './interval.ts'

interface Timers {
  supervisor?: Supervisor
  optionsOf?: ReturnType<typeof optionsFor>
  /** The intervals that were created before the first call of `adoptTimers`. */
  readonly waiting: Set<Interval>
  /** The timer after which a forgotten call of `adoptTimers` is reported. */
  reminder?: NodeJS.Timeout
  hasReminded?: boolean
}

/** A service may wait for its database before it calls `adoptTimers`. */
const forgottenAfterMs = 60_000

/**
 * An application may load this package twice: as ES modules and as CommonJS. A global object lets both copies share
 * the intervals.
 */
const key = Symbol.for('@runwell/adopt/timers')
const shared = globalThis as { [key]?: Timers }
shared[key] ??= { waiting: new Set() }
const timers: Timers = shared[key]

/**
 * Registers a task for each interval that this module's `setInterval` creates. Intervals created before this call get
 * a task too.
 *
 * The default name of a task is the name of the callback, or the file and line of the call.
 *
 * @param options - options for all tasks, or a function that returns the options for one interval
 * @throws {@link InvalidOptionError} if `supervisor` is not a Supervisor, or if an option is invalid. If `options` is a
 * function that returns an invalid option, the call of `setInterval` throws.
 */
export function adoptTimers(supervisor: Supervisor, options?: AdoptEach): void {
  check('supervisor', supervisor, aSupervisor)
  const optionsOf = optionsFor('adoptTimers', options)
  timers.supervisor = supervisor
  timers.optionsOf = optionsOf
  clearTimeout(timers.reminder)
  delete timers.reminder
  for (const interval of timers.waiting) {
    adoptInterval(interval, supervisor, optionsOf)
    timers.waiting.delete(interval)
  }
}

/**
 * Like `setInterval` of Node. After a call of {@link adoptTimers}, each interval has a task.
 * A period may be up to 100 years. Node's own `setInterval` uses 1 ms instead of a period of more than 24.8 days.
 */
export function setInterval<Args extends unknown[]>(
  callback: (...args: Args) => unknown,
  delay?: number,
  ...args: Args
): NodeJS.Timeout {
  const interval = new Interval(callback as (...args: unknown[]) => unknown, delay, args, setInterval)
  const { supervisor, optionsOf, waiting } = timers
  if (supervisor && optionsOf)
    orUndo(
      () => adoptInterval(interval, supervisor, optionsOf),
      () => globalThis.clearInterval(interval.timer), // the caller gets no timer that it could clear
    )
  else {
    waiting.add(interval)
    if (!timers.hasReminded) timers.reminder ??= remindLater()
    interval.onCleared = () => void waiting.delete(interval)
  }
  return interval.timer
}

/** Clears an interval. The `clearInterval` of Node does the same for intervals of this module. */
export function clearInterval(timer: NodeJS.Timeout | string | number | undefined | null): void {
  Interval.of(timer)?.cleared()
  globalThis.clearInterval(timer ?? undefined)
}

function remindLater(): NodeJS.Timeout {
  const timer = setTimeout(() => {
    delete timers.reminder
    if (timers.waiting.size === 0) return
    timers.hasReminded = true
    const count = timers.waiting.size
    const intervals = count === 1 ? '1 interval was' : `${count} intervals were`
    emitProcessWarning(
      `Runwell: ${intervals} created by setInterval() of @runwell/adopt/timers, but adoptTimers() was not called for 60 s. Call adoptTimers(supervisor): before that, intervals run without supervision. If your code calls it later, ignore this warning.`,
    )
  }, forgottenAfterMs)
  timer.unref?.() // under jsdom, a timer is a number
  return timer
}
