import { expect } from 'vitest'
import { every, manual } from '../../../src/index.ts'
import type { FleetCase } from '../bench.ts'
import { inMs, untilAborted } from './waiting.ts'

const schedule = every('1s')

export const stopCases: readonly FleetCase[] = [
  [
    'a run that the stop of its process aborts is attempt 2 in another one, at once',
    async (scene) => {
      let isFirst = true
      const run = (context: { readonly signal: AbortSignal }) => {
        const hangs = isFirst
        isFirst = false
        return hangs ? untilAborted(context) : undefined
      }
      await scene.start(2, { schedule: manual(), run })
      const [caller] = scene.processes
      if (!caller) return
      void scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      const holder = scene.processes[scene.runs[0]?.process ?? 0]
      const stopped = holder?.supervisor.stop({ deadline: '3s' })
      await scene.until(() => scene.runs.length === 2, scene.bench.leaseMs)
      await stopped
      expect(scene.runs[1]).toMatchObject({ attempt: 2 })
      expect(scene.runs[1]?.process).not.toBe(scene.runs[0]?.process)
      const next = scene.processes[scene.runs[1]?.process ?? 0]
      await scene.until(() => next?.recorder.of('run.ended').length === 1)
      const [ended] = holder?.recorder.of('run.ended') ?? []
      const [{ runId: nextRunId } = {}] = next?.recorder.of('run.ended') ?? []
      const { instanceId } = holder?.supervisor ?? {}
      expect(ended).toMatchObject({ outcome: 'cancelled', abortedFor: 'shutdown' })
      expect(next?.recorder.of('run.handed-over')).toMatchObject([
        { instanceId, attempt: 1, runId: ended?.runId, startedAt: ended?.startedAt, nextRunId },
      ])
      expect(scene.events('run.handed-over')).toHaveLength(1)
      expect(scene.events('run.lost')).toEqual([])
    },
  ],
  [
    'a run that ends in time while the process drains counts, and does not run again',
    async (scene) => {
      await scene.start(2, { schedule: manual(), run: () => inMs(scene, 700) })
      const [caller] = scene.processes
      if (!caller) return
      void scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      const holder = scene.processes[scene.runs[0]?.process ?? 0]
      const stopped = holder?.supervisor.stop({ deadline: '9s', drain: true })
      await scene.until(() => holder?.recorder.of('run.ended').length === 1)
      await scene.pass(1_500)
      await stopped
      expect(holder?.recorder.of('run.ended')).toMatchObject([{ outcome: 'succeeded' }])
      expect(scene.runs).toHaveLength(1)
    },
  ],
  [
    'a process that is stopped reports none of its slots, since the others run them',
    async (scene) => {
      const [a] = await scene.start(2, { schedule })
      if (!a) return
      await scene.until(() => scene.runs.length >= 2)
      const stopped = a.supervisor.stop({ deadline: '2s' })
      await scene.until(() => scene.runs.length >= 5)
      await stopped
      const [first = 0] = scene.slots
      expect(scene.slots).toEqual(scene.slots.map((_, at) => first + 1_000 * at))
      expect(scene.skipped('stopping')).toBe(0)
    },
  ],
  [
    'a stopped process starts no more runs',
    async (scene) => {
      const [a] = await scene.start(2, { schedule })
      if (!a) return
      await scene.until(() => scene.runs.length >= 1)
      const stopped = a.supervisor.stop({ deadline: '1s' })
      await scene.pass(1_000)
      await stopped
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
      expect(scene.runs.slice(before).filter(({ process }) => process === 0)).toEqual([])
    },
  ],
  [
    'a task that one process unregisters runs in the others',
    async (scene) => {
      const [a] = await scene.start(2, { schedule })
      if (!a) return
      await scene.until(() => scene.runs.length >= 1)
      await scene.task(a).unregister()
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 3)
      expect(scene.runs.slice(before).map(({ process }) => process)).toEqual(
        scene.runs.slice(before).map(() => 1),
      )
    },
  ],
  [
    'a task that no process knows any more runs nowhere, and leaves no schedule behind',
    async (scene) => {
      const processes = await scene.start(2, { schedule })
      await scene.until(() => scene.runs.length >= 1)
      await Promise.all(processes.map((process) => scene.task(process).unregister()))
      await scene.pass(500)
      const before = scene.runs.length
      await scene.pass(3_000)
      expect(scene.runs.length).toBe(before)
    },
  ],
  [
    'a task that was removed and comes back runs again',
    async (scene) => {
      const [a] = await scene.start(1, { schedule })
      if (!a) return
      await scene.until(() => scene.runs.length >= 1)
      await scene.task(a).unregister()
      await scene.pass(1_500)
      scene.register(a, { schedule })
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
      expect(new Set(scene.slots).size).toBe(scene.slots.length)
    },
  ],
]
