import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Observer, TaskOptions } from '../src/index.ts'
import { always, backoff, every, loop, manual, Supervisor } from '../src/index.ts'
import { recordEvents } from '../src/testing/index.ts'
import { deferred } from './supervised.ts'

const store = new AsyncLocalStorage<string>()

async function withSupervisor(
  work: (supervisor: Supervisor, recorder: ReturnType<typeof recordEvents>) => Promise<void>,
  ...observers: Observer[]
) {
  const recorder = recordEvents()
  const supervisor = new Supervisor({ observers: [recorder, ...observers], seed: 1, env: {} })
  try {
    await work(supervisor, recorder)
  } finally {
    await supervisor.stop({ deadline: '1s' })
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 500 && !condition(); turns += 1) await wait(10)
  expect(condition()).toBe(true)
}

describe('in real time, a run starts in the root context', () => {
  it('when a timer or a registration starts it', () =>
    withSupervisor(async (supervisor) => {
      const seen: (string | undefined)[] = []
      const note = (): void => void seen.push(store.getStore())
      await store.run('starts', () => supervisor.start())
      store.run('registers', () => {
        supervisor.register({ name: 'a', schedule: every('20ms', { immediate: true }), run: note })
        const run: TaskOptions['run'] = ({ sleep }) => {
          note()
          return sleep('1d')
        }
        supervisor.register({ name: 'b', schedule: loop(), run })
      })
      await store.run('lives on', () => until(() => seen.length >= 5))

      expect(new Set(seen)).toEqual(new Set([undefined]))
    }))

  it('when it is triggered, when another run ends, and when an observer triggers it', async () => {
    const seen: (string | undefined)[] = []
    const observer: Observer = {
      name: 'triggers',
      onEvent(event) {
        if (event.type !== 'run.ended' || event.task !== 'queued') return
        store.run('observes', () => void current?.task('observed')?.trigger())
      },
    }
    let current: Supervisor | undefined
    await withSupervisor(async (supervisor) => {
      current = supervisor
      const gate = deferred()
      const note = (): void => void seen.push(store.getStore())
      supervisor.register({ name: 'observed', run: note })
      const queued = supervisor.register({
        name: 'queued',
        overlap: 'queue',
        run: () => {
          note()
          return store.run('inside', () => gate.promise)
        },
      })
      supervisor.register({
        name: 'restarted',
        schedule: loop(),
        restart: always({ backoff: backoff.fixed('10ms') }),
        run: async ({ sleep }) => {
          note()
          store.enterWith('entered')
          await sleep('5ms')
        },
      })
      await supervisor.start()
      const results = store.run('triggers', () => [queued.trigger(), queued.trigger()])
      setTimeout(() => store.run('settles', () => gate.resolve()), 20)
      await Promise.all(results)
      await until(() => seen.length >= 8)
    }, observer)

    expect(new Set(seen)).toEqual(new Set([undefined]))
  })
})

describe('in real time', () => {
  it('no slot runs twice or early, even if timers fire early', () =>
    withSupervisor(async (supervisor, recorder) => {
      supervisor.register({ name: 'a', schedule: every('7ms', { immediate: true }), run: () => {} })
      await supervisor.start()
      await until(() => recorder.of('run.started').length >= 40)

      const runs = recorder.of('run.started')
      const slots = runs.map(({ scheduledAt }) => scheduledAt ?? Number.NaN)
      const places = slots.map((slot) => Math.round((slot - (slots[0] ?? 0)) / 7))
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
      for (const [index, run] of runs.entries()) {
        expect(run.at).toBeGreaterThanOrEqual((slots[index] ?? 0) - 1)
      }
    }))

  it('a block of the event loop is reported with its suspect and is not mistaken for silence', () =>
    withSupervisor(async (supervisor, recorder) => {
      const task = supervisor.register({
        name: 'hog',
        schedule: manual(),
        run: () => {
          const until = performance.now() + 200
          while (performance.now() < until);
        },
      })
      await supervisor.start()
      await wait(60)
      await task.trigger()
      await until(() => recorder.of('loop.blocked').length > 0)

      const [blocked] = recorder.of('loop.blocked')
      expect(blocked?.ms).toBeGreaterThan(100)
      expect(blocked?.suspect).toMatchObject({ task: 'hog', by: 'measured' })
      expect(recorder.of('run.ended')[0]?.syncMs).toBeGreaterThan(150)
    }))

  it('a timeout, a sleep and a restart happen on time', () =>
    withSupervisor(async (supervisor) => {
      const task = supervisor.register({ name: 'a', timeout: '50ms', run: ({ sleep }) => sleep('10s') })
      const result = await task.trigger()

      expect(result).toMatchObject({ outcome: 'timed-out' })
      expect(result.started && result.durationMs).toBeGreaterThan(45)
      expect(result.started && result.durationMs).toBeLessThan(2_000)
    }))
})

it('in real time, each() lets timers and signals fire between items that never wait', () =>
  withSupervisor(async (supervisor) => {
    let hasFired = false
    function* endless(): Generator<number> {
      for (let item = 0; !hasFired; item += 1) yield item
    }
    const task = supervisor.register({
      name: 'a',
      run: ({ each }) => {
        setTimeout(() => {
          hasFired = true
        }, 1)
        return each(endless(), () => {})
      },
    })
    await supervisor.start()

    expect(await task.trigger()).toMatchObject({ outcome: 'succeeded' })
  }))
