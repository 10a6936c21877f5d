import { every, type Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { type AdoptEach, optionsOf } from '../base/options.ts'
import { Interval } from './interval.ts'

interface Timers {
  supervisor?: Supervisor
  options?: AdoptEach | undefined
  /** Made before there was a supervisor. */
  readonly waiting: Set<Interval>
}

/** In one place for the whole process, which may load this module twice. */
const key = Symbol.for('@runwell/adopt/timers')
const shared = globalThis as { [key]?: Timers }
const timers: Timers = (shared[key] ??= { waiting: new Set() })

/**
 * Gives each interval made with the `setInterval` of this module a task of `supervisor`, also those that were made before.
 *
 * A task has the name of its callback, else the file and line that made the interval.
 *
 * @param options - for all tasks, or a function that returns those of an interval
 */
export function adoptTimers(supervisor: Supervisor, options?: AdoptEach): void {
  timers.supervisor = supervisor
  timers.options = options
  for (const interval of timers.waiting) adopt(interval, supervisor, options)
  timers.waiting.clear()
}

/**
 * `setInterval` of Node, with a task once {@link adoptTimers} is called. A period above 24.8 days is kept, where Node would
 * run the callback every millisecond.
 */
export function setInterval<Args extends unknown[]>(
  callback: (...args: Args) => unknown,
  delay?: number,
  ...args: Args
): NodeJS.Timeout {
  const interval = new Interval(callback as (...args: unknown[]) => unknown, delay, args, setInterval)
  if (timers.supervisor) adopt(interval, timers.supervisor, timers.options)
  else {
    timers.waiting.add(interval)
    interval.onCleared = () => void timers.waiting.delete(interval)
  }
  return interval.timer
}

/** `clearInterval` of Node. The global one has the same effect. */
export function clearInterval(timer: NodeJS.Timeout | string | number | undefined | null): void {
  Interval.of(timer)?.cleared()
  globalThis.clearInterval(timer ?? undefined)
}

function adopt(interval: Interval, supervisor: Supervisor, each: AdoptEach | undefined): void {
  const { periodMs, timer } = interval
  const schedule = `setInterval ${periodMs} ms`
  const { name = interval.name, expects, ...rest } = optionsOf(each, { name: interval.name, schedule })
  const task = adoptedTask(supervisor, interval, () => interval.isCleared, {
    name,
    ...rest,
    // Shorter ones drift, and are late under load. A second is soon enough to find that one has died.
    expects: expects ?? every(Math.max(1_000, periodMs), { anchor: 'start', first: 'after-period' }),
    host: 'setInterval',
    control: {
      trigger: async () => void (await interval.runNow()),
      pause: () => interval.hold(true),
      resume: () => interval.hold(false),
      stop: () => clearInterval(timer),
    },
  })
  interval.onHeld = () => task.skipped('paused')
  interval.onCleared = () => void task.hostRemoved()
  interval.run = task.wrap(interval.run)
}
