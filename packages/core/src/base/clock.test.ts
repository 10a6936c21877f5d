import { expect, it, onTestFinished, vi } from 'vitest'
import { SystemClock } from './clock.ts'

it('the system clock reads the wall time again after 1 ms and never returns an older one', () => {
  const clock = new SystemClock()
  const walls = [1_000, 1_001, 1_002, 1_003]
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => walls.shift() ?? 0)

  const read = [clock.now(50), clock.now(50.9), clock.now(51), clock.now(), clock.now(51.5), clock.now(52)]

  spy.mockRestore()
  expect(read).toEqual([1_000, 1_000, 1_001, 1_002, 1_002, 1_003])
})

it('the system clock captures the time source when it is created, so that a test can fake it', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const clock = new SystemClock()
  const before = clock.monotonic()

  vi.advanceTimersByTime(250)

  expect(clock.monotonic() - before).toBe(250)
  expect(clock.awake() - before).toBe(250)
})
