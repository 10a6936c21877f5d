import { expect, it } from 'vitest'
import type { TaskOptions } from '../src/index.ts'
import { cron, every } from '../src/index.ts'
import { MemoryFleet } from '../src/testing/index.ts'
import { setUp } from './supervised.ts'

const hour = 3_600_000
const utc = { timeZone: 'UTC' }

async function started(options: Partial<TaskOptions> = {}) {
  const scene = setUp({ startAt: '2026-01-01T12:30:00Z', monitor: '1d', settle: 'microtasks' })
  scene.supervisor.register({ name: 'a', schedule: cron('* * * * *', utc), run: () => {}, ...options })
  await scene.supervisor.start()
  await scene.clock.advance(0)
  const missed = () => scene.recorder.of('run.missed').map(({ count, cause }) => [count, cause])
  return { ...scene, missed }
}

it('slots are missed because the event loop was blocked', async () => {
  const { clock, missed } = await started()
  clock.block('5m')
  await clock.advance('1m')

  expect(missed()).toEqual([[4, 'blocked']])
})

it('slots are missed because the machine slept', async () => {
  const { clock, missed } = await started()
  clock.suspend('8h')
  await clock.advance('1m')

  // Runwell reads the clock within 30 s and finds the slots from 12:31 to 20:30. Only 20:30 runs.
  expect(missed()).toEqual([[479, 'clock-jumped']])
})

it.each([
  ['less than 3 h', 2 * hour, 1],
  ['3 h or more', 30 * hour, 30],
])('slots are missed because the clock was set forward by %s', async (_, jumpMs, count) => {
  const { clock, missed } = await started({ schedule: cron('0 * * * *', utc) })
  clock.jump(jumpMs)
  await clock.advance('1m')

  expect(missed()).toEqual([[count, 'clock-jumped']])
})

it('a long block is named even if the clock was set forward a little at its end', async () => {
  const { clock, missed } = await started()
  clock.block('10m')
  clock.jump(60_000)
  await clock.advance('30s')

  expect(missed()).toEqual([[10, 'blocked']])
})

it('slots after that of lastSlot() were already due, and later ones are missed for another reason', async () => {
  const { clock, missed } = await started({
    schedule: cron('0 * * * *', { ...utc, catchUp: '2h' }),
    lastSlot: () => new Date('2026-01-01T09:00:00Z'),
  })
  expect(missed()).toEqual([[2, 'already-due']])

  clock.block('3h')
  await clock.advance('1m')

  expect(missed()).toEqual([
    [2, 'already-due'],
    [2, 'blocked'],
  ])
})

it('the host of an external task missed its slots', async () => {
  const { clock, supervisor, recorder } = setUp({ startAt: '2026-01-01T12:30:00Z' })
  const task = supervisor.external({ name: 'a', expects: cron('* * * * *', utc), grace: '10s' })
  await supervisor.start()
  await clock.advance('70s')
  await clock.advance('50s')
  task.missed()
  clock.block('5m')
  await clock.advance('1s')

  expect(recorder.of('run.missed').map(({ cause }) => cause)).toEqual(['host', 'host', 'host'])
})

it('no process of a fleet ran a slot', async () => {
  const { clock, supervisor, recorder } = setUp({ fleet: new MemoryFleet().member() })
  supervisor.register({ name: 'a', scope: 'service', schedule: every('1s'), run: () => {} })
  await supervisor.start()
  await clock.advance('3.5s')
  clock.block('5s')
  await clock.advance('2s')

  expect(recorder.of('run.missed').map(({ count, cause }) => [count, cause])).toEqual([[4, 'fleet']])
})
