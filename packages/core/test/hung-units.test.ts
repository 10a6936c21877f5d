import { expect, it } from 'vitest'
import { loop, manual, type RunContext, rules, type TaskOptions } from '../src/index.ts'
import { setUp } from './supervised.ts'

const minutes = (n: number) => Array.from({ length: n }, (_, index) => index)

async function consuming(items: readonly number[], options: Partial<TaskOptions>) {
  const scene = setUp()
  const run = async ({ each, sleep }: RunContext): Promise<void> => {
    await each(items, () => sleep('1m'))
    await sleep('1d')
  }
  const task = scene.supervisor.register({ name: 'import', run, ...options })
  await scene.supervisor.start()
  void task.trigger()
  const reasons = () => task.health().reasons.filter(({ rule }) => rule === 'hung')
  return { ...scene, reasons }
}

it('a run is not hung while its units end, even if it never calls beat()', async () => {
  const { clock, reasons } = await consuming(minutes(30), { schedule: manual() })

  await clock.advance('39m')
  expect(reasons()).toEqual([])

  await clock.advance('3m')
  expect(reasons()).toMatchObject([
    { status: 'unhealthy', reason: 'a run has not ended a unit for 12 min, limit 10 min' },
  ])
})

it('a loop with a limit is hung when no unit has ended for that time', async () => {
  const health = [rules.hung({ limit: '15m' })]
  const { clock, reasons } = await consuming(minutes(30), { schedule: loop(), health })

  await clock.advance('44m')
  expect(reasons()).toEqual([])

  await clock.advance('2m')
  expect(reasons()).toMatchObject([{ status: 'unhealthy', limit: 900_000 }])
})

it('a loop without a limit may wait for its next unit for any time', async () => {
  const { clock, reasons } = await consuming(minutes(1), { schedule: loop() })

  await clock.advance('12h')

  expect(reasons()).toEqual([])
})
