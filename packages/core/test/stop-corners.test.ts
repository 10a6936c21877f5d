import { describe, expect, it } from 'vitest'
import { loop } from '../src/index.ts'
import { setUp } from './supervised.ts'

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
})
