import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

const dayMs = 86_400_000

afterEach(() => {
  vi.useRealTimers()
})

it('waits longer than a timer of Node can, such as for a limit that Sentry sets until the next month', () => {
  vi.useFakeTimers()
  const clock = systemClock(() => Date.now())
  const called: number[] = []
  const begun = Date.now()
  clock.setTimer(() => called.push((Date.now() - begun) / dayMs), 60 * dayMs)
  const cancel = clock.setTimer(() => called.push(0), 60 * dayMs)

  vi.advanceTimersByTime(30 * dayMs)
  cancel()
  vi.advanceTimersByTime(60 * dayMs)

  expect(called).toEqual([60])
})
