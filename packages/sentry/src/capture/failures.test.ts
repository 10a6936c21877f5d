import { type EventOf, loop, Supervisor, type SupervisorView } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { expect, it } from 'vitest'
import { taskInfo } from '../../test/fake-supervisor.ts'
import type { RunScopes } from '../spans/run-scopes.ts'
import { FailureStreaks } from './failure-streaks.ts'
import { Failures } from './failures.ts'

function units() {
  const failures = new Failures({
    streaks: new FailureStreaks('first'),
    scopes: { find: () => undefined } as unknown as RunScopes,
    breadcrumbs: 0,
    reportsRecovery: false,
    view: () => undefined,
  })
  const end = (outcome: 'failed' | 'succeeded', unit: string): boolean => {
    const event = { type: 'unit.ended', info: taskInfo('queue'), task: 'queue', runId: 'run', at: 0 }
    const ended = { ...event, unit, outcome, durationMs: 1, trigger: 'loop' } as unknown
    return failures.unitEnded(ended as EventOf<'unit.ended'>) !== undefined
  }
  return {
    fail: (...names: readonly string[]) => names.filter((name) => end('failed', name)),
    succeed: (name: string) => end('succeeded', name),
  }
}

const names = Array.from({ length: 50 }, (_, n) => `order ${n}`)

it('reports the first failure of 50 units of a task, and then one for all further units together', () => {
  const { fail } = units()

  expect(fail(...names)).toEqual(names)
  expect(fail('order 50', 'order 51', 'order 50', 'order 7')).toEqual(['order 50'])
})

it('reports a further unit on its own once one of the 50 has succeeded', () => {
  const { fail, succeed } = units()
  fail(...names, 'order 50', 'order 51')
  succeed('order 50')
  expect(fail('order 52')).toEqual([])
  succeed('order 7')

  expect(fail('order 53', 'order 54', 'order 55')).toEqual(['order 53', 'order 54'])
})

it('reports each loss of a connection that was stable, although another connection of the task is stable, too', async () => {
  const clock = new VirtualClock()
  let view: SupervisorView | undefined
  let reports = 0
  const failures = new Failures({
    streaks: new FailureStreaks('transitions'),
    scopes: { find: () => undefined } as unknown as RunScopes,
    breadcrumbs: 0,
    reportsRecovery: false,
    view: () => view,
  })
  const supervisor = new Supervisor({
    clock,
    observers: [
      {
        name: 'failures',
        onSupervisor: (attached) => {
          view = attached
        },
        onEvent: (event) => {
          if (event.type === 'run.ended' && failures.runEnded(event) !== undefined) reports += 1
        },
      },
    ],
  })
  const shards = supervisor.external({ name: 'shards', expects: loop() })
  await supervisor.start()
  shards.begin()
  await clock.advance('10m')
  for (const lasted of ['1d', '1d', '1s', '1s', '1d'] as const) {
    shards.up()
    await clock.advance(lasted)
    shards.down(new Error('lost'))
    await clock.advance('5s')
  }

  expect(reports).toBe(3)
})
