import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, SupervisorOptions } from '../../src/index.ts'
import { Supervisor } from '../../src/index.ts'
import type { EventRecorder } from '../../src/testing/index.ts'
import { recordEvents, VirtualClock } from '../../src/testing/index.ts'
import { RealTime } from './real-time.ts'

/** A supervisor, and the means to do to its process what happens to processes. */
export interface World {
  readonly supervisor: Supervisor
  readonly recorder: EventRecorder
  /** Lets `ms` pass. */
  pass(ms: number): Promise<void>
  /** Lets time pass until `condition` holds. @throws when it does not come to hold. */
  until(condition: () => boolean): Promise<void>
  /** SyncBlocks the event loop. */
  block(ms: number): void
  /** The machine sleeps: the wall clock goes on without it. */
  suspend(ms: number): void
}

type Options = Omit<SupervisorOptions, 'clock'>

function supervise(clock: Clock, options: Options) {
  const recorder = recordEvents()
  const observers = [recorder, ...(options.observers ?? [])]
  return { recorder, supervisor: new Supervisor({ seed: 1, env: {}, ...options, clock, observers }) }
}

/** Time that moves only when the test moves it. */
export function virtualWorld(options: Options = {}): World {
  const clock = new VirtualClock()
  return {
    ...supervise(clock, options),
    pass: (ms) => clock.advance(ms),
    until: (condition) => clock.advanceUntil(condition, 60_000),
    block: (ms) => clock.block(ms),
    suspend: (ms) => clock.suspend(ms),
  }
}

/** The time of this process, and its event loop. */
export function realWorld(options: Options = {}): World {
  const clock = new RealTime()
  return {
    ...supervise(clock, options),
    pass: (ms) => wait(ms),
    until: async (condition) => {
      for (let turns = 0; turns < 1_000 && !condition(); turns += 1) await wait(10)
      if (!condition()) throw new Error('The condition did not come to hold within ten seconds')
    },
    block: (ms) => {
      const end = performance.now() + ms
      while (performance.now() < end);
    },
    suspend: (ms) => clock.suspend(ms),
  }
}
