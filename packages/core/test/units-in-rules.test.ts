import { expect, it } from 'vitest'
import { every, loop, type RunContext, rule, type TaskFacts } from '../src/index.ts'
import { testRules } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

const failingItems = rule('failing-items', ({ recentUnits }) => {
  const { succeeded, failed } = recentUnits('5m')
  const units = succeeded + failed
  if (units < 10 || failed / units < 0.5) return undefined
  return {
    status: 'degraded',
    value: failed,
    limit: units / 2,
    reason: `${failed} of ${units} items failed`,
    recheckInMs: '10s',
  }
})

it('a rule of the user judges the failed units of a run that has succeeded', async () => {
  const { clock, supervisor } = setUp()
  const task = supervisor.register({
    name: 'import',
    schedule: every('1m', { immediate: true }),
    health: { add: [failingItems] },
    run: ({ each }: RunContext) =>
      each(Array.from({ length: 12 }).keys(), (item) => {
        if (item >= 4) throw new Error('invalid row')
      }),
  })
  await supervisor.start()
  await clock.advance('1s')

  expect(task.metrics().outcomes.succeeded).toBe(1)
  expect(task.health()).toMatchObject({
    status: 'degraded',
    reasons: [{ rule: 'failing-items', value: 8, limit: 6, reason: '8 of 12 items failed' }],
  })
})

it('counts units by the time of their end, over several runs, and leaves out cancelled units', async () => {
  const { clock, supervisor } = setUp()
  const seen: ReturnType<TaskFacts['recentUnits']>[] = []
  const look = rule('look', ({ recentUnits }) => void seen.push(recentUnits('150s')))
  let runs = 0
  const task = supervisor.register({
    name: 'consumer',
    schedule: loop(),
    health: [look],
    run: async ({ unit, sleep, throwIfAborted }: RunContext) => {
      runs += 1
      await unit('first', async () => {
        await sleep('1m')
        throw new Error('broken')
      }).catch(() => {})
      if (runs === 3) await unit('ok', () => {})
      await unit('endless', async () => {
        await sleep('1d')
        throwIfAborted()
      })
    },
  })
  await supervisor.start()
  for (let count = 0; count < 3; count += 1) {
    await clock.advance('61s')
    void task.restart()
    await clock.advance(0)
  }

  // Now it is 183 s, and the window begins at 33 s. The failures were at 60 s, 121 s and 182 s.
  expect(seen.at(-1)).toEqual({ succeeded: 1, failed: 3 })
  await clock.advance('56s')
  void task.restart()
  await clock.advance(0)
  // Now it is 239 s, and the window begins at 89 s.
  expect(seen.at(-1)).toEqual({ succeeded: 1, failed: 2 })
})

it('testRules() simulates units that end with a run', () => {
  testRules({
    rules: [failingItems],
    period: '1m',
    runs: [
      { at: '0s', took: '10s', units: { succeeded: 4, failed: 8 } },
      { at: '1m', took: '10s', units: { succeeded: 20 } },
    ],
    expect: [
      { at: '9s', rules: [] },
      { at: '10s', rules: ['failing-items'] }, // 8 of 12
      { at: '70s', rules: [] }, // 8 of 32
    ],
  })
})

it('testRules() computes how long ago a unit has ended', () => {
  const ages: number[] = []
  const look = rule('look', ({ sinceUnitMs }) => void ages.push(sinceUnitMs))
  testRules({
    rules: [look],
    period: '1m',
    runs: [
      { at: '0s', took: '10s', units: { succeeded: 1 } },
      { at: '1m', took: '10s' },
    ],
    expect: [{ at: '70s' }],
  })

  expect(ages).toEqual([0, 0, 60_000])
})

it('testRules() refuses numbers of units that are not whole', () => {
  expect(() => testRules({ runs: [{ at: 0, units: { failed: 0.5 } }], expect: [] })).toThrow(
    'Expected `runs[0].units.failed` to be a whole number from 0 to 10000, got 0.5',
  )
})
