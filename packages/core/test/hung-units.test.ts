import { expect, it } from 'vitest'
import { loop, manual, type RunContext, rule, rules, type TaskOptions } from '../src/index.ts'
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

it('a rule of the user sees how long ago a unit ended, also over restarts of the loop', async () => {
  const seen: number[] = []
  let runs = 0
  const { clock } = await consuming(minutes(2), {
    schedule: loop(),
    health: [rule('silence', ({ sinceUnitMs }) => void seen.push(sinceUnitMs))],
    run: async ({ each, sleep }: RunContext) => {
      runs += 1
      if (runs === 1) await each(minutes(2), () => sleep('1m'))
      await sleep('5m')
      throw new Error('reset')
    },
  })

  await clock.advance('30m')

  // The last unit ended 2 min after the start.
  expect(Math.max(...seen)).toBeGreaterThan(26 * 60_000)
  expect(Math.max(...seen)).toBeLessThanOrEqual(28 * 60_000)
})
