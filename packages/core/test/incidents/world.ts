import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, SupervisorOptions } from '../../src/index.ts'
import { Supervisor } from '../../src/index.ts'
import type { EventRecorder } from '../../src/testing/index.ts'
import { recordEvents, VirtualClock } from '../../src/testing/index.ts'
import { RealTime } from './real-time.ts'

export interface World {
  readonly supervisor: Supervisor
  readonly recorder: EventRecorder
  now(): number
  pass(ms: number): Promise<void>
  until(condition: () => boolean): Promise<void>
  block(ms: number): void
  suspend(ms: number): void
}

type Options = Omit<SupervisorOptions, 'clock'>

function supervise(clock: Clock, options: Options) {
  const recorder = recordEvents()
  const observers = [recorder, ...(options.observers ?? [])]
  return { recorder, supervisor: new Supervisor({ seed: 1, env: {}, ...options, clock, observers }) }
}

export function virtualWorld(options: Options = {}): World {
  const clock = new VirtualClock()
  return {
    ...supervise(clock, options),
    now: () => clock.now(),
    pass: (ms) => clock.advance(ms),
    until: (condition) => clock.advanceUntil(condition, 60_000),
    block: (ms) => clock.block(ms),
    suspend: (ms) => clock.suspend(ms),
  }
}

export function realWorld(options: Options = {}): World {
  const clock = new RealTime()
  return {
    ...supervise(clock, options),
    now: () => clock.now(),
    pass: (ms) => wait(ms),
    until: async (condition) => {
      for (let turns = 0; turns < 1_000 && !condition(); turns += 1) await wait(10)
      if (!condition()) throw new Error('the condition did not hold within ten seconds')
    },
    block: (ms) => {
      const end = performance.now() + ms
      while (performance.now() < end);
    },
    suspend: (ms) => clock.suspend(ms),
  }
}
