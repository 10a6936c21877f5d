import { describe, expect, it } from 'vitest'
import type { Observer } from '../src/index.ts'
import { loop } from '../src/index.ts'
import { ignoring, setUp } from './supervised.ts'

describe('stop', () => {
  it('that a run has asked for aborts that run before what its task depends on', async () => {
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
      name: 'asks',
      schedule: loop(),
      dependsOn: ['db'],
      run: async ({ stop, sleep }) => {
        stop()
        await sleep('1d')
        order.push('asks')
        await new Promise<void>((resolve) => void clock.timer(resolve, 500))
      },
    })
    await supervisor.start()
    await clock.advance(500)

    expect(await supervisor.stop()).toMatchObject({ tookMs: 500, exitCode: 0 })
    expect(order).toEqual(['asks', 'db'])
  })

  it('is hurried through its flush also by a signal that comes while its end is told', async () => {
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
})
