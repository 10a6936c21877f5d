import { expect } from 'vitest'
import { every, manual, type RunContext } from '../../../src/index.ts'
import type { FleetCase } from '../bench.ts'
import { inMs, until } from './waiting.ts'

const schedule = every('1s')

export const overlapCases: readonly FleetCase[] = [
  [
    'skip: no slot runs while another process still runs the one before',
    async (scene) => {
      let live = 0
      let most = 0
      const run = async () => {
        live += 1
        most = Math.max(most, live)
        await inMs(scene, 2_400)
        live -= 1
      }
      await scene.start(3, { schedule, run })
      await scene.until(() => scene.runs.length >= 3)
      expect(most).toBe(1)
    },
  ],
  [
    'skip: a slot that is skipped is reported by one process only',
    async (scene) => {
      await scene.start(3, { schedule, run: () => inMs(scene, 2_400) })
      await scene.until(() => scene.runs.length >= 3)
      const skipped = scene.events('run.skipped').map(({ scheduledAt }) => scheduledAt)
      expect(skipped.length).toBeGreaterThan(1)
      expect(new Set(skipped).size).toBe(skipped.length)
      expect(skipped.filter((slot) => slot !== undefined && scene.slots.includes(slot))).toEqual([])
    },
  ],
  [
    'skip: every slot either runs or is reported',
    async (scene) => {
      await scene.start(3, { schedule, run: () => inMs(scene, 1_400) })
      await scene.until(() => scene.runs.length >= 4)
      const told = scene.events('run.skipped').map(({ scheduledAt }) => scheduledAt ?? 0)
      const last = Math.max(...scene.slots)
      const all = [...scene.slots, ...told].filter((slot) => slot <= last).sort((a, b) => a - b)
      const [first = 0] = all
      expect(all).toEqual(all.map((_, at) => first + 1_000 * at))
    },
  ],
  [
    'queue: the newest slot waits for the run of another process, and older ones are replaced',
    async (scene) => {
      await scene.start(2, { schedule, overlap: 'queue', run: () => inMs(scene, 2_600) })
      await scene.until(() => scene.runs.length >= 3)
      expect(scene.skipped('overlap')).toBe(0)
      expect(scene.skipped('replaced')).toBeGreaterThan(0)
      const told = scene.events('run.skipped').map(({ scheduledAt }) => scheduledAt)
      expect(told.filter((slot) => slot !== undefined && scene.slots.includes(slot))).toEqual([])
    },
  ],
  [
    'queue: a slot that may be late without limit runs after the run of another process',
    async (scene) => {
      const unlimited = every('1s', { catchUp: Number.POSITIVE_INFINITY })
      await scene.start(2, { schedule: unlimited, overlap: 'queue', run: () => inMs(scene, 1_600) })
      await scene.until(() => scene.runs.length >= 4)
      expect(scene.missed).toBe(0)
    },
  ],
  [
    'queue: a slot may wait for the run of another process for longer than it may be late',
    async (scene) => {
      const waits: number[] = []
      const run = ({ scheduledAt, startedAt }: RunContext) => {
        waits.push(startedAt.getTime() - (scheduledAt?.getTime() ?? Number.NaN))
        return inMs(scene, 5_400)
      }
      await scene.start(2, { schedule: every('3s', { catchUp: '1s' }), overlap: 'queue', run })
      await scene.until(() => waits.some((ms) => ms > 2_000), 30_000)
    },
  ],
  [
    'cancel-previous: a slot aborts the run of another process, and runs once that has ended',
    async (scene) => {
      let live = 0
      let most = 0
      const run = async ({ signal }: { signal: AbortSignal }) => {
        live += 1
        most = Math.max(most, live)
        await until(signal)
        live -= 1
      }
      await scene.start(2, { schedule, overlap: 'cancel-previous', run })
      await scene.until(() => scene.runs.length >= 3)
      expect(most).toBe(1)
      const ended = scene.events('run.ended')
      expect(ended.map(({ outcome, abortedFor }) => [outcome, abortedFor])).toEqual(
        ended.map(() => ['cancelled', 'replaced']),
      )
    },
  ],
  [
    'parallel: at most n runs are live in the whole fleet',
    async (scene) => {
      let live = 0
      let most = 0
      const run = async () => {
        live += 1
        most = Math.max(most, live)
        await inMs(scene, 3_400)
        live -= 1
      }
      await scene.start(3, { schedule, overlap: { parallel: 2 }, run })
      await scene.until(() => scene.runs.length >= 5)
      expect(most).toBe(2)
      expect(scene.skipped('overlap')).toBeGreaterThan(0)
    },
  ],
  [
    'skip: a trigger during the run of another process is refused',
    async (scene) => {
      const [a, b] = await scene.start(2, { schedule: manual(), run: () => inMs(scene, 1_500) })
      if (!a || !b) return
      const first = scene.task(a).trigger()
      await scene.until(() => scene.runs.length === 1)
      const second = scene.task(b).trigger()
      await scene.pass(200)
      expect(await second).toEqual({ started: false, reason: 'overlap' })
      await scene.until(() => scene.events('run.ended').length === 1)
      expect(await first).toMatchObject({ started: true, outcome: 'succeeded' })
    },
  ],
  [
    'queue: a trigger during the run of another process waits',
    async (scene) => {
      const task = { schedule: manual(), overlap: 'queue', run: () => inMs(scene, 1_000) } as const
      const [a, b] = await scene.start(2, task)
      if (!a || !b) return
      const first = scene.task(a).trigger()
      await scene.until(() => scene.runs.length === 1)
      const second = scene.task(b).trigger()
      await scene.until(() => scene.events('run.ended').length === 2)
      expect(await Promise.all([first, second])).toMatchObject([{ started: true }, { started: true }])
    },
  ],
]
