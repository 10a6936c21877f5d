import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withTime } from './with-time.ts'

const key = Symbol.for('@runwell/adopt/timers')
const shared = globalThis as { [key]?: unknown }
const ofOtherTests = shared[key]
const poll = (): void => {}

/** The module as a process has it that never called `adoptTimers`. */
async function freshModule(): Promise<typeof import('../src/timers/index.ts')> {
  vi.resetModules()
  return import('../src/timers/index.ts')
}

beforeEach(() => {
  delete shared[key]
})
afterEach(() => {
  shared[key] = ofOtherTests
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a forgotten call of adoptTimers()', () => {
  it('is reported once, 60 s after the first interval', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    vi.useFakeTimers()
    const { setInterval, clearInterval } = await freshModule()
    const timers = [setInterval(poll, 60_000), setInterval(poll, 60_000)]

    vi.advanceTimersByTime(59_999)
    expect(warn).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    timers.push(setInterval(poll, 60_000))
    vi.advanceTimersByTime(60_000)
    expect(warn.mock.calls).toEqual([
      [
        'Runwell: 2 intervals were created by setInterval() of @runwell/adopt/timers, but adoptTimers() was not called for 60 s. Call adoptTimers(supervisor): before that, intervals run without supervision. If your code calls it later, ignore this warning.',
        'RunwellWarning',
      ],
    ])
    for (const timer of timers) clearInterval(timer)
  })

  it('is not reported if all intervals are cleared by then, but after a later one', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    vi.useFakeTimers()
    const { setInterval, clearInterval } = await freshModule()
    clearInterval(setInterval(poll, 60_000))
    vi.advanceTimersByTime(60_000)
    expect(warn).not.toHaveBeenCalled()

    const timer = setInterval(poll, 60_000)
    vi.advanceTimersByTime(60_000)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^Runwell: 1 interval was created/),
      'RunwellWarning',
    )
    clearInterval(timer)
  })

  it('is not reported if the call comes after 15 s, also after a stop', () =>
    withTime(async ({ clock, supervisor }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const { adoptTimers, clearInterval, setInterval } = await freshModule()
      const timer = setInterval(poll, 60_000)
      await clock.advance('15s')
      adoptTimers(supervisor)
      await clock.advance('60s')
      const stopped = supervisor.stop()
      await clock.advance('60s')
      await stopped

      expect(warn).not.toHaveBeenCalled()
      clearInterval(timer)
    }))

  it('leaves no timer behind once adoptTimers() is called', () =>
    withTime(async ({ supervisor }) => {
      vi.useFakeTimers()
      const { adoptTimers, clearInterval, setInterval } = await freshModule()
      const timer = setInterval(poll, 60_000)
      expect(vi.getTimerCount()).toBe(2)
      adoptTimers(supervisor)

      expect(vi.getTimerCount()).toBe(1)
      clearInterval(timer)
      vi.useRealTimers()
    }))

  it('does not keep the process alive', async () => {
    const { setInterval, clearInterval } = await freshModule()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    clearInterval(setInterval(poll, 60_000))

    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false])
  })
})

it('an interval runs once each period, also if adoptTimers() failed for a later interval and is called again', () =>
  withTime(async ({ clock, supervisor }) => {
    const { adoptTimers, clearInterval, setInterval } = await freshModule()
    const timers = [setInterval(poll, 1_000), setInterval(function broken() {}, 1_000)]
    const optionsOf = ({ name }: { readonly name: string }): object => {
      if (name === 'broken') throw new Error('no options')
      return {}
    }
    expect(() => adoptTimers(supervisor, optionsOf)).toThrow('no options')
    adoptTimers(supervisor)
    await clock.advance('3s')

    const started = [...supervisor.tasks()].map((task) => [task.name, task.metrics().started])
    expect(started).toEqual([
      ['poll', 3],
      ['broken', 3],
    ])
    for (const timer of timers) clearInterval(timer)
  }))
