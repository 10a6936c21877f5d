import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Misfire, Overlap, TaskOptions } from '../src/index.ts'
import { every } from '../src/index.ts'
import { setUp } from './supervised.ts'

type Happening =
  | { readonly what: 'pass' | 'block'; readonly ms: number }
  | { readonly what: 'pause' | 'resume' | 'trigger' | 'leader' | 'follower' }

const periodMs = 10_000

const plain = fc
  .constantFrom('pause', 'resume', 'trigger', 'leader', 'follower')
  .map((what) => ({ what }) as Happening)
const pass = fc.integer({ min: 0, max: 35_000 }).map((ms): Happening => ({ what: 'pass', ms }))
const block = fc.integer({ min: 0, max: 95_000 }).map((ms): Happening => ({ what: 'block', ms }))

const overlaps: readonly Overlap[] = ['skip', 'queue', 'cancel-previous', { parallel: 2 }]
const misfires: readonly Misfire[] = ['coalesce', 'skip', { all: 1 }, { all: 4 }]
const traits = fc.record({
  overlap: fc.constantFrom(...overlaps),
  misfire: fc.constantFrom(...misfires),
  jitter: fc.constantFrom(0, 4_000),
  catchUp: fc.constantFrom(0, 15_000, 3_600_000),
  runMs: fc.constantFrom(0, 3_000, 12_000, 40_000),
  ignoresAbort: fc.boolean(),
  immediate: fc.boolean(),
})
type TaskSettings = typeof traits extends fc.Arbitrary<infer Value> ? Value : never

async function live(
  schedule: TaskOptions['schedule'],
  happenings: readonly Happening[],
  traits: TaskSettings,
) {
  const { overlap, runMs, ignoresAbort } = traits
  const scene = setUp({ monitor: '1d', startAt: '2026-03-02T00:00:00Z' })
  const { clock, supervisor } = scene
  let isLeader = true
  const task = supervisor.register({
    name: 'a',
    schedule,
    overlap,
    abortGrace: '2s',
    allowAbandoned: 1,
    enabled: () => isLeader,
    run: ({ sleep }) =>
      ignoresAbort ? new Promise<void>((resolve) => void clock.timer(resolve, runMs)) : sleep(runMs),
  })
  await supervisor.start()
  for (const happening of happenings) {
    const { what } = happening
    if (what === 'leader' || what === 'follower') isLeader = what === 'leader'
    else if (what === 'trigger') void task.trigger()
    else if (what === 'pause' || what === 'resume') task[what]()
    else {
      if (what === 'block') clock.block(happening.ms)
      await clock.advance(what === 'pass' ? happening.ms : 0)
    }
  }
  return { ...scene, task }
}

function countOf({ recorder }: Awaited<ReturnType<typeof live>>) {
  const sum = (events: readonly { readonly count: number }[]): number =>
    events.reduce((total, { count }) => total + count, 0)
  const runs = recorder.of('run.started').filter(({ trigger }) => trigger === 'schedule')
  const skipped = recorder.of('run.skipped').filter(({ scheduledAt }) => scheduledAt !== undefined)
  return {
    slots: runs.map(({ scheduledAt }) => scheduledAt ?? Number.NaN),
    decided: runs.length + sum(skipped) + sum(recorder.of('run.missed')),
  }
}

function maxWaiting({ misfire }: TaskSettings): number {
  return typeof misfire === 'object' ? misfire.all : 1
}

describe('every slot', () => {
  it('of an interval becomes one run or is reported as skipped or missed, whatever happens', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(plain, pass, block), { maxLength: 30 }),
        traits,
        async (happenings, of) => {
          const { misfire, jitter, catchUp, immediate } = of
          const schedule = every(periodMs, { immediate, misfire, jitter, catchUp })
          const scene = await live(schedule, happenings, of)
          const intoPeriod = scene.clock.monotonic() % periodMs
          await scene.clock.advance(2 * periodMs - intoPeriod + 9_500)

          const { slots, decided } = countOf(scene)
          const elapsed = Math.floor(scene.clock.monotonic() / periodMs) + 1

          expect(elapsed - decided).toBeGreaterThanOrEqual(0)
          expect(elapsed - decided).toBeLessThanOrEqual(maxWaiting(of))
          expect(slots).toEqual([...new Set(slots)].sort((a, b) => a - b))
          const { started, outcomes } = scene.task.metrics()
          const ended = Object.values(outcomes).reduce((total, count) => total + count, 0)
          expect(started - ended).toBe(scene.task.active().filter(({ abandoned }) => !abandoned).length)
        },
      ),
      { numRuns: 150 },
    ))
})

describe('a slot that is due while the event loop is blocked, immediately before a stop', () => {
  it('is reported as skipped, together with the slots after it', async () => {
    const { clock, recorder, supervisor } = setUp({ monitor: '1d' })
    const task = supervisor.register({ name: 'a', schedule: every('10s'), run: () => {} })
    await supervisor.start()
    await clock.advance(15_000)
    const ran = recorder.of('run.ended').length

    clock.block(60_000)
    const stopping = supervisor.stop()
    await clock.advance(30_000)
    await stopping

    expect(recorder.of('run.ended')).toHaveLength(ran)
    expect(recorder.of('run.skipped')).toMatchObject([
      { task: 'a', reason: 'stopping', count: 6, atLeast: false },
    ])
    expect(task.metrics().skipped.stopping).toBe(6)
  })
})
