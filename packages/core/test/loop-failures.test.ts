import { describe, expect, it } from 'vitest'
import type { RunContext } from '../src/index.ts'
import { always, backoff, loop, rules } from '../src/index.ts'
import { setUp } from './supervised.ts'

const restart = always({ backoff: backoff.fixed('1s'), stableAfter: '2m' })

const lost = (): never => {
  throw new Error('The server closed the connection')
}

/** Is up for a day, and then loses its connection. */
async function listen({ ready, sleep }: RunContext): Promise<void> {
  ready()
  await sleep('1d')
  lost()
}

describe('the failures in a row of a loop', () => {
  it('are 0 again once the loop is up and its run has lasted for stableAfter', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({ name: 'a', schedule: loop({ ready: true }), restart, run: listen })
    await supervisor.start()

    await clock.advance('1d')
    expect(task.metrics().consecutiveFailures).toBe(1)
    // The loop restarts 1 s later. The run is stable after 2 min.
    await clock.advance('2m')
    expect(task.metrics().consecutiveFailures).toBe(1)
    await clock.advance('1s')
    expect(task.metrics().consecutiveFailures).toBe(0)
  })

  it('count from 1 after each stable run, even if the number was not read in between', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.register({ name: 'a', schedule: loop({ ready: true }), restart, run: listen })
    await supervisor.start()
    // The runs end after 1 d, 2 d and 1 s, 3 d and 2 s, …
    await clock.advance('6d')
    await clock.advance('5s')

    expect(task.metrics().outcomes.failed).toBe(6)
    expect(task.metrics().consecutiveFailures).toBe(1)
  })

  it('grow if each run ends before it is stable, although each run was up', async () => {
    const { clock, supervisor } = setUp()
    const run = async ({ ready, sleep }: RunContext): Promise<void> => {
      ready()
      await sleep('90s')
      lost()
    }
    const task = supervisor.register({ name: 'a', schedule: loop({ ready: true }), restart, run })
    await supervisor.start()
    // The fourth run ends after 4 · 90 s + 3 · 1 s.
    await clock.advance('363s')

    expect(task.metrics().consecutiveFailures).toBe(4)
  })

  it('grow if a loop that must call ready() never does, however long its runs last', async () => {
    const { clock, supervisor } = setUp()
    const run = async ({ sleep }: RunContext): Promise<void> => {
      await sleep('10m')
      lost()
    }
    const task = supervisor.register({ name: 'a', schedule: loop({ ready: true }), restart, run })
    await supervisor.start()
    await clock.advance('31m')

    expect(task.metrics().consecutiveFailures).toBe(3)
  })

  it('are 0 again for a loop that never calls ready(), once its run has lasted for stableAfter', async () => {
    const { clock, supervisor } = setUp()
    let run = 0
    const task = supervisor.register({
      name: 'a',
      schedule: loop(),
      restart,
      run: async ({ sleep }) => {
        run += 1
        if (run < 3) lost()
        await sleep('1d')
      },
    })
    await supervisor.start()
    await clock.advance('10s')
    expect(task.metrics().consecutiveFailures).toBe(2)
    await clock.advance('2m')
    expect(task.metrics().consecutiveFailures).toBe(0)
  })

  it('are 0 again for a consumer that does its units, although some of them fail', async () => {
    const { clock, supervisor } = setUp()
    let run = 0
    const task = supervisor.register({
      name: 'a',
      schedule: loop(),
      restart,
      run: async ({ sleep, unit }) => {
        run += 1
        if (run === 1) lost()
        for (let i = 0; i < 1_000; i++) {
          await sleep('1m')
          await unit('order', () => (i % 2 === 0 ? lost() : undefined)).catch(() => undefined)
        }
      },
    })
    await supervisor.start()
    await clock.advance('10s')
    expect(task.metrics().consecutiveFailures).toBe(1)
    await clock.advance('3m')
    expect(task.metrics().consecutiveFailures).toBe(0)
  })

  it('are 0 again for an external connection that has been up for the longest time of a backoff, twice', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.external({ name: 'a', host: 'x', expects: loop() })
    await supervisor.start()
    const numbers: number[] = []
    for (let i = 0; i < 3; i++) {
      task.up()
      await clock.advance('1d')
      task.down(new Error('lost'))
      numbers.push(task.metrics().consecutiveFailures)
      await clock.advance('1s')
    }
    task.up()
    await clock.advance('119s')
    numbers.push(task.metrics().consecutiveFailures)
    await clock.advance('1s')
    numbers.push(task.metrics().consecutiveFailures)

    expect(numbers).toEqual([1, 1, 1, 1, 0])
  })

  it('are 0 while one of several connections is stable, although another one fails again and again', async () => {
    const { clock, supervisor } = setUp()
    const task = supervisor.external({ name: 'a', host: 'x', expects: loop() })
    await supervisor.start()
    const numbers: number[] = []
    const fail = async (): Promise<void> => {
      task.begin().end(new Error('lost'))
      await clock.advance('1s')
      numbers.push(task.metrics().consecutiveFailures)
    }
    await fail()
    await fail()
    task.begin()
    await clock.advance('119s')
    await fail()
    await fail()

    expect(numbers).toEqual([1, 2, 0, 0])
  })

  it('end the finding of the rule consecutiveFailures', async () => {
    const { clock, supervisor } = setUp()
    let run = 0
    const task = supervisor.register({
      name: 'a',
      schedule: loop(),
      restart,
      health: [rules.consecutiveFailures({ degraded: 1, unhealthy: 2 })],
      run: async ({ sleep }) => {
        run += 1
        if (run < 3) lost()
        await sleep('1d')
      },
    })
    await supervisor.start()
    await clock.advance('30s')
    expect(task.health()).toMatchObject({
      status: 'unhealthy',
      reasons: [{ rule: 'consecutive-failures', value: 2 }],
    })
    // The third run starts after 2 s and is stable after 122 s. The finding then stays open for the time of its rule.
    await clock.advance('10m')
    expect(task.health()).toMatchObject({ status: 'healthy' })
  })
})
