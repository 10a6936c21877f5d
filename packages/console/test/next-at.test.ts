import { every } from '@runwell/core'
import { expect, it } from 'vitest'
import { firstOfEach } from '../src/api/first-of-each.ts'
import { nextAtOf } from '../src/api/next-at.ts'
import type { DueRun, NextRuns, Snapshot } from '../src/api/types.ts'
import { askable } from './ask.ts'

it('no next run is shown for a task whose slots are skipped, because a run blocks it', async () => {
  const { supervisor, clock, read } = askable()
  supervisor.register({
    name: 'archive',
    schedule: every('10s'),
    timeout: '1s',
    abortGrace: '1s',
    run: () => new Promise(() => {}),
  })
  await supervisor.start()
  const next = async () => {
    const [row] = (await read<Snapshot>('snapshot')).tasks
    return row && [row.state, nextAtOf(row)]
  }
  const before = await next()
  await clock.advance('15s')

  expect(before).toEqual(['waiting', expect.any(Number)])
  expect(await next()).toEqual(['stuck', undefined])
  await supervisor.stop({ deadline: '1s' })
})

it('a list of due runs says how many runs of a task it leaves out, and if there may be more', () => {
  const runs = (task: string, count: number): DueRun[] =>
    Array.from({ length: count }, (_, index) => ({ task, at: index, withheld: undefined, local: undefined }))

  const { shown, hidden } = firstOfEach(
    { runs: [...runs('hourly', 1), ...runs('poll', 7), ...runs('tick', 200)], leftOut: 0 },
    5,
  )

  expect(shown).toHaveLength(11)
  expect(hidden).toEqual(['poll (2)', 'tick (195 or more)'])
})

it('a list of more than 2,000 runs ends early, and says how many later runs it leaves out', async () => {
  const { supervisor, read } = askable()
  for (let task = 0; task < 40; task += 1)
    supervisor.register({ name: `task-${task}`, schedule: every('1m'), run: () => {} })
  await supervisor.start()

  const answer = await read<NextRuns>('next?within=1h')

  expect(answer.runs).toHaveLength(2_000)
  expect(answer.leftOut).toBe(400)
  expect(firstOfEach(answer, 5).hidden).toContain('task-0 (45 or more)')
  await supervisor.stop()
})
