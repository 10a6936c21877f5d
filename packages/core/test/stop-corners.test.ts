import { describe, expect, it } from 'vitest'
import type { Observer } from '../src/index.ts'
import { loop } from '../src/index.ts'
import { ignoring, setUp } from './supervised.ts'

describe('stop', () => {
  it('that a run requested aborts that run before the tasks it depends on', async () => {
    const { clock, supervisor } = setUp()
    const order: string[] = []
    supervisor.register({
      name: 'db',
      schedule: loop(),
      run: async ({ sleep }) => {
        await sleep('1d')
        order.push('db')
      },
    })
    supervisor.register({
      name: 'requests',
      schedule: loop(),
      dependsOn: ['db'],
      run: async ({ stop, sleep }) => {
        stop()
        await sleep('1d')
        order.push('requests')
        await new Promise<void>((resolve) => void clock.timer(resolve, 500))
      },
    })
    await supervisor.start()
    await clock.advance(500)

    expect(await supervisor.stop()).toMatchObject({ tookMs: 500, exitCode: 0 })
    expect(order).toEqual(['requests', 'db'])
  })

  it('also shortens its flush if a signal arrives while its end event is emitted', async () => {
    const hurries: Observer = {
      name: 'hurries',
      onEvent: ({ type }) => {
        if (type === 'shutdown.ended') supervisor.hurry(1_000)
      },
      flush: ignoring,
    }
    const { clock, supervisor } = setUp({ observers: [hurries] })
    await supervisor.start()
    let isOver = false
    void supervisor.stop({ deadline: '20s' }).then(() => {
      isOver = true
    })
    await clock.advance(1_000)

    expect(isOver).toBe(true)
  })

  it('never has more time for its flush after a second hurry', async () => {
    const { clock, supervisor } = setUp({ observers: [{ name: 'slow', flush: ignoring }] })
    await supervisor.start()
    let isOver = false
    void supervisor.stop({ deadline: '20s' }).then(() => {
      isOver = true
    })
    await clock.advance(5_000)

    supervisor.hurry(1_000)
    supervisor.hurry(4_000)
    await clock.advance(1_000)

    expect(isOver).toBe(true)
  })
})
