import { expect, it } from 'vitest'
import type { FleetRecord } from '../../src/adapter/index.ts'
import { manual, Supervisor } from '../../src/index.ts'
import { VirtualClock } from '../../src/testing/index.ts'
import { scriptedFleet } from './scripted-fleet.ts'

async function scene() {
  const clock = new VirtualClock()
  const { fleet, host } = scriptedFleet()
  const supervisor = new Supervisor({ clock, fleet, observers: [], env: {} })
  const task = supervisor.register({ name: 'a', scope: 'service', schedule: manual(), run: () => {} })
  await supervisor.start()
  await clock.advance('10s')
  const know = (lastRun: unknown): void =>
    host()?.know(new Map([['a', { lastRun: lastRun as FleetRecord['lastRun'] }]]))
  return { task, know, explain: () => supervisor.explain('a') }
}

const ended = Date.UTC(2026, 0, 1)
const good = {
  instanceId: 'b2',
  runId: 'b2-7',
  outcome: 'succeeded',
  startedAt: ended - 2_000,
  endedAt: ended,
  slot: ended - 2_000,
  attempt: 1,
} as const

it('shows the last run of another process', async () => {
  const { task, know, explain } = await scene()
  know(good)
  expect(task.fleet?.lastRun).toEqual(good)
  expect(explain().text).toContain('It last ran in b2, as attempt 1: succeeded at 2026-01-01T00:00:00.000Z.')
})

it.each<readonly [string, unknown]>([
  ['null', null],
  ['a number', 7],
  ['a text', 'b2-7'],
  ['a list', [good]],
  ['an empty object', {}],
  ['a run without an end', { ...good, endedAt: undefined }],
  ['a run that ended at NaN', { ...good, endedAt: Number.NaN }],
  ['a run that started at NaN', { ...good, startedAt: Number.NaN }],
  ['a run that ended at a text', { ...good, endedAt: String(ended) }],
  ['a run that ended at no date', { ...good, endedAt: 8.64e15 + 1 }],
  ['a run without an instance', { ...good, instanceId: undefined }],
  ['a run whose instance is an object', { ...good, instanceId: {} }],
  ['a run without an id', { ...good, runId: '' }],
  ['a run with an unknown outcome', { ...good, outcome: 'exploded' }],
  ['a run without an outcome', { ...good, outcome: undefined }],
  ['a run with half an attempt', { ...good, attempt: 1.5 }],
])('ignores a last run that is %s', async (_, lastRun) => {
  const { task, know, explain } = await scene()
  know(lastRun)
  expect(task.fleet?.lastRun).toBeUndefined()
  expect(explain().text).not.toContain('It last ran')
})

it('keeps a last run that was handed over more than a hundred times', async () => {
  const { task, know } = await scene()
  know({ ...good, attempt: 200 })
  expect(task.fleet?.lastRun).toEqual({ ...good, attempt: 200 })
})

it('ignores a slot of the last run that is not a date, and keeps the run', async () => {
  const { task, know } = await scene()
  know({ ...good, slot: 'soon' })
  expect(task.fleet?.lastRun).toEqual({ ...good, slot: undefined })
})

it('keeps the last run as the store reported it, although the store changes its object later', async () => {
  const { task, know } = await scene()
  const reported: { outcome: string } = { ...good }
  know(reported)
  reported.outcome = 'exploded'
  expect(task.fleet?.lastRun).toEqual(good)
})

it('treats a last run that starts after its end as a run of 0 ms', async () => {
  const { task, know } = await scene()
  know({ ...good, startedAt: ended + 5_000 })
  expect(task.fleet?.lastRun).toEqual({ ...good, startedAt: ended })
})
