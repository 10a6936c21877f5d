import { VirtualClock } from '@runwell/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HostTime } from '../src/testing/host-time.ts'
import { adoptTimers, clearInterval, setInterval } from '../src/timers/index.ts'
import { Interval } from '../src/timers/interval.ts'
import { withTime } from './with-time.ts'

const poll = (): void => {}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('an interval', () => {
  it('made before there is a supervisor is adopted then, unless it was cleared', () =>
    withTime(({ supervisor }) => {
      // `setInterval` of the module may still use the supervisor of an earlier test.
      const early = new Interval(poll, 60_000, [], setInterval)
      expect(early.name).toBe('poll')
      adoptTimers(supervisor)
      const timer = setInterval(poll, 60_000)
      const other = setInterval(() => {}, 60_000)

      const here = expect.stringMatching(/^timers\.test\.ts:\d+$/)
      expect([...supervisor.tasks()].map(({ name }) => name)).toEqual(['poll', here])
      for (const each of [early.timer, timer, other]) clearInterval(each)
      expect([...supervisor.tasks()]).toEqual([])
    }))

  it('does not run if the options of its task are invalid, because the caller could not clear it', () =>
    withTime(async ({ clock, supervisor }) => {
      const callback = vi.fn()
      adoptTimers(supervisor, () => ({ priority: 'urgent' as never }))

      expect(() => setInterval(callback, 1_000)).toThrow(/priority/)
      await clock.advance('5s')
      expect(callback).not.toHaveBeenCalled()
    }))

  it('gets no task while 200 intervals have its name, and runs all the same', () =>
    withTime(async ({ clock, supervisor }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      adoptTimers(supervisor)
      let pings = 0
      const ping = (): void => {
        pings += 1
      }
      const timers = Array.from({ length: 202 }, () => setInterval(ping, 60_000))

      expect([...supervisor.tasks()].map(({ name }) => name).at(-1)).toBe('ping-200')
      expect(supervisor.report().tasks).toHaveLength(200)
      expect(warn.mock.calls).toEqual([
        [
          expect.stringMatching(/^Runwell: 200 jobs of setInterval have the name 'ping'\. /),
          expect.anything(),
        ],
      ])
      await clock.advance('60s')
      expect(pings).toBe(202)

      clearInterval(timers[4])
      timers.push(setInterval(ping, 60_000))
      expect(supervisor.task('ping-5')).toBeDefined()
      for (const timer of timers) clearInterval(timer)
    }))

  it.each<[string, (timer: NodeJS.Timeout) => void]>([
    ['clearInterval of this module', (timer) => clearInterval(timer)],
    ['clearInterval of Node', (timer) => globalThis.clearInterval(timer)],
    ['close()', (timer) => void timer.close()],
    ['Symbol.dispose', (timer) => timer[Symbol.dispose]()],
  ])('of Node itself is cleared once by %s', async (_, clear) => {
    const interval = new Interval(poll, 60_000, [], setInterval)
    let cleared = 0
    interval.onCleared = () => {
      cleared += 1
    }
    clear(interval.timer)
    clear(interval.timer)

    expect(cleared).toBe(1)
    expect(interval.isCleared).toBe(true)
  })

  it('of Node itself can be held back from keeping the process alive', () => {
    const { timer } = new Interval(poll, 60_000, [], setInterval)

    expect(timer.unref().hasRef()).toBe(false)
    expect(timer.ref().hasRef()).toBe(true)
    expect(timer.refresh()).toBe(timer)
    clearInterval(timer)
  })

  it('passes its arguments and `this`', () =>
    withTime(async ({ clock, supervisor }) => {
      adoptTimers(supervisor)
      const seen: unknown[] = []
      const timer = setInterval(
        function poll(this: unknown, ...args: [string, number]) {
          seen.push(this, ...args)
        },
        1_000,
        'a',
        1,
      )
      await clock.advance(1_000)
      clearInterval(timer)

      expect(seen).toEqual([timer, 'a', 1])
    }))

  it('of 40 days runs after 40 days', async () => {
    const clock = new VirtualClock()
    const time = new HostTime(clock, [])
    time.install()
    try {
      let calls = 0
      const { timer } = new Interval(
        () => {
          calls += 1
        },
        40 * 86_400_000,
        [],
        setInterval,
      )
      await clock.advance('39d')
      expect(calls).toBe(0)
      await clock.advance('2d')
      expect(calls).toBe(1)
      clearInterval(timer)
    } finally {
      time.uninstall()
    }
  })

  it('whose delay is not a number runs every millisecond, as in Node, and a warning says so', () =>
    withTime(async ({ clock, supervisor }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      adoptTimers(supervisor)
      let calls = 0
      const timer = setInterval(function poll() {
        calls += 1
      }, Number('soon'))
      await clock.advance(10)
      clearInterval(timer)

      expect(calls).toBe(10)
      expect(warn).toHaveBeenCalledExactlyOnceWith(
        expect.stringMatching(/interval 'poll' is not a number \(NaN\)/),
        'RunwellWarning',
      )
    }))

  it('of a part of a second is healthy', () =>
    withTime(async ({ clock, supervisor, events }) => {
      adoptTimers(supervisor)
      const timer = setInterval(poll, 200)
      await clock.advance('1m')
      expect(events.of('run.missed')).toEqual([])
      expect(supervisor.task('poll')?.health().status).toBe('healthy')
      clearInterval(timer)
    }))

  it('without a function is refused by Node, and leaves no task', () =>
    withTime(({ supervisor }) => {
      adoptTimers(supervisor)

      expect(() => setInterval('poll()' as never, 1_000)).toThrow()
      expect([...supervisor.tasks()]).toEqual([])
    }))

  it('stops with its supervisor', () =>
    withTime(async ({ clock, supervisor }) => {
      adoptTimers(supervisor)
      let calls = 0
      setInterval(() => {
        calls += 1
      }, 1_000)
      await clock.advance(1_000)
      const stopped = supervisor.stop()
      await clock.advance(10_000)
      await stopped

      expect(calls).toBe(1)
    }))
})
