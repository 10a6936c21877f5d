import { describe, expect, it } from 'vitest'
import { ConsoleWarnings } from '../observe/console-warnings.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { KernelLoop } from './kernel-loop.ts'

describe('a kernel loop that is not connected to its parts', () => {
  it('refuses to take events', () => {
    const clock = new VirtualClock()
    const loop = new KernelLoop(clock, 1, new ConsoleWarnings(clock))

    expect(() => loop.dispatch({ type: 'start' })).toThrow(
      'The kernel loop is not connected to its parts yet',
    )
  })
})
