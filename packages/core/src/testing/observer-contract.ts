import { aFunction, check } from '../base/options.ts'
import type { SupervisorEvent } from '../events/events.ts'
import type { Observer } from '../observe/observer.ts'
import { every } from '../schedule/every.ts'
import { loop } from '../schedule/loop.ts'
import { manual } from '../schedule/manual.ts'
import { Supervisor } from '../supervisor.ts'
import { recordEvents } from './event-recorder.ts'
import { VirtualClock } from './virtual-clock.ts'

/** One test for an observer. If the test fails, `run` rejects with an error that describes the problem. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/**
 * Returns tests that every observer must pass. The tests work with any test runner: `for (const { name, run } of
 * observerContract(() => myObserver())) it(name, run)`.
 *
 * The tests check that the observer does not change the events of a supervisor.
 *
 * @param make - creates a new observer for each test
 * @throws {@link InvalidOptionError} unless `make` is a function.
 */
export function observerContract(make: () => Observer): readonly ContractCase[] {
  check('make', make, aFunction)
  return scenarios.map(({ name, act }) => ({
    name,
    run: async () => {
      const without = await observe(undefined, act)
      const withIt = await observe(make(), act)
      const failed = withIt.filter((event) => event.type === 'observer.failed')
      if (failed[0]?.type === 'observer.failed') {
        const { method, error } = failed[0]
        throw new Error(`The observer failed in ${method}: ${error.message}`, { cause: error })
      }
      const expected = without.map(fingerprint)
      const received = withIt.map(fingerprint)
      const at = expected.findIndex((line, index) => line !== received[index])
      if (at < 0 && expected.length === received.length) return
      const index = at < 0 ? expected.length : at
      throw new Error(
        `With the observer, event ${index + 1} is ${received[index] ?? 'missing'}, without it ${expected[index] ?? 'there is none'}`,
      )
    },
  }))
}

type Act = (supervisor: Supervisor, clock: VirtualClock) => Promise<void>

const scenarios: readonly { readonly name: string; readonly act: Act }[] = [
  {
    name: 'runs that succeed, fail, throw a value that is not an error, or time out keep their outcomes',
    act: async (supervisor, clock) => {
      const schedule = every('10s', { immediate: true })
      supervisor.register({ name: 'good', schedule, run: async () => 'value' })
      supervisor.register({ name: 'sync', schedule, run: () => {} })
      supervisor.register({ name: 'rejects', schedule, run: () => Promise.reject(new Error('rejected')) })
      supervisor.register({
        name: 'throws',
        schedule,
        run: () => {
          throw 'text'
        },
      })
      supervisor.register({ name: 'slow', schedule, timeout: '3s', run: ({ sleep }) => sleep('1m') })
      await supervisor.start()
      await clock.advance(35_000)
    },
  },
  {
    name: 'runs that overlap are kept apart',
    act: async (supervisor, clock) => {
      const task = supervisor.register({
        name: 'parallel',
        schedule: manual(),
        overlap: { parallel: 3 },
        run: ({ sleep, input }) => sleep(Number(input)),
      })
      await supervisor.start()
      const triggered = [3_000, 1_000, 2_000, 500].map((ms) => task.trigger(ms))
      await clock.advance(5_000)
      await Promise.all(triggered)
    },
  },
  {
    name: 'a loop is restarted, processes units of work, and is parked',
    act: async (supervisor, clock) => {
      supervisor.register({
        name: 'loop',
        schedule: loop({ ready: true }),
        run: async ({ ready, unit, sleep }) => {
          ready()
          await unit('message', async () => {})
          await unit('bad', () => Promise.reject(new Error('bad message'))).catch(() => {})
          await sleep('1s')
          throw new Error('connection lost')
        },
      })
      await supervisor.start()
      await clock.advance(600_000)
    },
  },
  {
    name: 'a run that ignores its signal is abandoned, and its late end is reported',
    act: async (supervisor, clock) => {
      supervisor.register({
        name: 'deaf',
        schedule: every('1m', { immediate: true }),
        timeout: '1s',
        abortGrace: '1s',
        run: () => new Promise<void>((resolve) => void clock.timer(resolve, 90_000)),
      })
      await supervisor.start()
      await clock.advance(180_000)
    },
  },
  {
    name: 'spawned work and instrumented functions pass through',
    act: async (supervisor, clock) => {
      await supervisor.start()
      const wrapped = supervisor.instrument({ name: 'call' }, (a: number, b: number) => a + b)
      if (wrapped(1, 2) !== 3)
        throw new Error('An instrumented function must return the result of the original')
      const handle = supervisor.spawn('job', async () => 42)
      await clock.advance(1_000)
      if ((await handle.result()) !== 42)
        throw new Error('Spawned work must return the result of its function')
    },
  },
  {
    name: 'an unregistered task is gone, and shutdown.ended is the last event',
    act: async (supervisor, clock) => {
      const task = supervisor.register({ name: 'leaves', schedule: every('1s'), run: () => {} })
      supervisor.register({ name: 'stays', schedule: loop(), run: ({ sleep }) => sleep('1d') })
      await supervisor.start()
      await clock.advance(3_000)
      await task.unregister()
    },
  },
]

async function observe(observer: Observer | undefined, act: Act): Promise<readonly SupervisorEvent[]> {
  const clock = new VirtualClock()
  const recorder = recordEvents()
  const observers = observer === undefined ? [recorder] : [observer, recorder]
  const supervisor = new Supervisor({ clock, observers, seed: 7 })
  await act(supervisor, clock)
  const stopping = supervisor.stop()
  await clock.advance(30_000)
  await stopping
  return recorder.events
}

function fingerprint(event: SupervisorEvent): string {
  const parts: unknown[] = [event.at, event.type]
  if ('task' in event) parts.push(event.task)
  if ('outcome' in event) parts.push(event.outcome)
  if ('reason' in event) parts.push(event.reason)
  if ('error' in event) parts.push(event.error?.message)
  if (event.type === 'shutdown.ended') parts.push(event.report.exitCode, event.report.abandoned.length)
  return parts.join(' ')
}
