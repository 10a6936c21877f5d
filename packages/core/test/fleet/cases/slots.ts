import { expect } from 'vitest'
import { cron, every, manual } from '../../../src/index.ts'
import type { FleetCase } from '../bench.ts'
import { expectEachOnce } from './fates.ts'

const schedule = every('1s')
export const slotCases: readonly FleetCase[] = [
  [
    'three processes run each slot once',
    async (scene) => {
      await scene.start(3, { schedule })
      await scene.until(() => scene.runs.length >= 5, 30_000)
      await expectEachOnce(scene)
    },
  ],
  [
    'one process alone runs every slot',
    async (scene) => {
      await scene.start(1, { schedule })
      await scene.until(() => scene.runs.length >= 4)
      await expectEachOnce(scene)
    },
  ],
  [
    'the slots of a cron expression run once',
    async (scene) => {
      await scene.start(2, { schedule: cron('* * * * * *', { timeZone: 'Europe/Berlin' }) })
      await scene.until(() => scene.runs.length >= 3)
      await expectEachOnce(scene)
    },
  ],
  [
    'slots are multiples of the period since 1970 in every process',
    async (scene) => {
      await scene.start(2, { schedule: every('2s') })
      await scene.until(() => scene.runs.length >= 2)
      expect(scene.slots.map((slot) => slot % 2_000)).toEqual(scene.slots.map(() => 0))
    },
  ],
  [
    'a process that joins later runs no slot again, and misses none',
    async (scene) => {
      await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 2)
      await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 5)
      await expectEachOnce(scene)
    },
  ],
  [
    'a task that is registered after the start runs once per slot, too',
    async (scene) => {
      const processes = [await scene.join({ name: 'other' }), await scene.join({ name: 'other' })]
      for (const process of processes) scene.register(process, { schedule })
      await scene.until(() => scene.runs.length >= 3)
      await expectEachOnce(scene)
    },
  ],
  [
    'the first run of a slot is attempt 1',
    async (scene) => {
      await scene.start(2, { schedule })
      await scene.until(() => scene.runs.length >= 3)
      const firsts = new Map([...scene.runs].reverse().map(({ slot, attempt }) => [slot, attempt]))
      expect([...firsts.values()]).toEqual([...firsts].map(() => 1))
    },
  ],
  [
    'the fencing token grows from run to run, whatever the process',
    async (scene) => {
      await scene.start(3, { schedule })
      await scene.until(() => scene.runs.length >= 4)
      const tokens = scene.runs.map(({ token }) => token ?? Number.NaN)
      expect(tokens).toEqual([...tokens].sort((a, b) => a - b))
      expect(new Set(tokens).size).toBe(tokens.length)
    },
  ],
  [
    'a task of scope instance runs in every process, and has no fencing token',
    async (scene) => {
      await scene.start(2, { scope: 'instance', schedule: every('1s', { anchor: 'epoch' }) })
      await scene.until(() => scene.runs.length >= 4)
      expect(new Set(scene.runs.map(({ process }) => process)).size).toBe(2)
      expect(scene.runs.map(({ token }) => token)).toEqual(scene.runs.map(() => undefined))
    },
  ],
  [
    'two tasks do not hinder each other',
    async (scene) => {
      const processes = await scene.start(2, { schedule })
      for (const process of processes) scene.register(process, { name: 'second', schedule })
      await scene.until(() => scene.runs.length >= 8)
      const counts = new Map<number, number>()
      for (const slot of scene.slots) counts.set(slot, (counts.get(slot) ?? 0) + 1)
      expect(Math.max(...counts.values())).toBe(2)
    },
  ],
  [
    'only a process that knows the task runs it',
    async (scene) => {
      await scene.join({ name: 'other', schedule: manual() })
      await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 3)
      expect(scene.runs.map(({ process }) => process)).toEqual(scene.runs.map(() => 1))
    },
  ],
  [
    'a run has its events in the process that ran it, and nowhere else',
    async (scene) => {
      await scene.start(3, { schedule })
      await scene.until(() => scene.events('run.ended').length >= 4)
      for (const { process, slot } of scene.runs) {
        const seenBy = scene.processes.filter(({ recorder }) =>
          recorder.of('run.started').some(({ scheduledAt }) => scheduledAt === slot),
        )
        expect(seenBy).toEqual([scene.processes[process]])
      }
    },
  ],
  [
    'the end of a run is known in every process',
    async (scene) => {
      const processes = await scene.start(3, { schedule })
      await scene.until(() => scene.runs.length >= 2)
      const lastRuns = () => processes.map((process) => scene.task(process).fleet?.lastRun)
      await scene.until(() => lastRuns().every((lastRun) => lastRun?.outcome === 'succeeded'))
      const ids = processes.map(({ supervisor }) => supervisor.instanceId)
      for (const lastRun of lastRuns()) expect(ids).toContain(lastRun?.instanceId)
    },
  ],
  [
    'jitter delays a slot alike in every process, and never moves it',
    async (scene) => {
      await scene.start(2, { schedule: every('1s', { jitter: '300ms', anchor: 'epoch' }) })
      await scene.until(() => scene.runs.length >= 4)
      await expectEachOnce(scene)
    },
  ],
  [
    'run ids are unique in the fleet',
    async (scene) => {
      await scene.start(3, { schedule })
      await scene.until(() => scene.events('run.started').length >= 5)
      const ids = scene.events('run.started').map(({ runId }) => runId)
      expect(new Set(ids).size).toBe(ids.length)
    },
  ],
]
