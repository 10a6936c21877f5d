import { describe, expect, it } from 'vitest'
import { ConsoleWarnings } from '../observe/console-warnings.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { KernelLoop } from './kernel-loop.ts'

describe('a kernel loop that is not connected to its parts', () => {
  it('refuses to take events', () => {
    const loop = new KernelLoop(new VirtualClock(), 1, new ConsoleWarnings(() => 0))

    expect(() => loop.dispatch({ type: 'start' })).toThrow(
      'The kernel loop is not connected to its parts yet',
    )
  })
})
