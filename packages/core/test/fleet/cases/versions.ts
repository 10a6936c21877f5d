import { expect } from 'vitest'
import { every, rules } from '../../../src/index.ts'
import type { FleetCase, Process } from '../bench.ts'
import { decidedSlots, slotsBetween } from './fates.ts'

export const versionCases: readonly FleetCase[] = [
  [
    'the schedule of the newer version counts, whichever process was started first',
    async (scene) => {
      await scene.join({ schedule: every('3s') }, { version: '2.10.0' })
      const old = await scene.join({ schedule: every('1s') }, { version: '2.9.0' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      await scene.pass(200)
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
      const later = scene.runs.slice(before)
      expect(later.map(({ process, slot = 1 }) => [process, slot % 3_000])).toEqual(later.map(() => [0, 0]))
    },
  ],
  [
    'without versions the process that was started last decides',
    async (scene) => {
      const first = await scene.join({ schedule: every('1s') })
      await scene.pass(300)
      await scene.join({ schedule: every('2s') })
      await scene.until(() => scene.task(first).fleet?.overruledBy !== undefined)
      await scene.pass(200)
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
      expect(scene.runs.slice(before).map(({ process }) => process)).toEqual([1, 1])
    },
  ],
  [
    'the older definition counts again once the newer process is gone',
    async (scene) => {
      const old = await scene.join({ schedule: every('1s') }, { version: '1' })
      const newer = await scene.join({ schedule: every('1h') }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      const stopped = newer.supervisor.stop({ deadline: '1s' })
      await scene.until(() => scene.task(old).fleet?.overruledBy === undefined)
      await stopped
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
      const by = { instanceId: newer.supervisor.instanceId, version: '2', schedule: 'every 1h from epoch' }
      expect(old.recorder.of('task.overruled').map(({ overruledBy }) => overruledBy)).toEqual([by, undefined])
      expect(newer.recorder.of('task.overruled')).toEqual([])
    },
  ],
  [
    'further processes with the same newer definition are not reported, another definition is',
    async (scene) => {
      const old = await scene.join({ schedule: every('1s') }, { version: '1' })
      const schedules = () =>
        old.recorder.of('task.overruled').map(({ overruledBy }) => overruledBy?.schedule)
      await scene.join({ schedule: every('1h') }, { version: '2' })
      await scene.until(() => schedules().length === 1)
      await scene.join({ schedule: every('1h') }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.members.length === 3)
      expect(schedules()).toHaveLength(1)
      await scene.join({ schedule: every('2h') }, { version: '3' })
      await scene.until(() => schedules().length === 2)
      expect(schedules()).toEqual(['every 1h from epoch', 'every 2h from epoch'])
    },
  ],
  [
    'a task of scope instance in one process and of scope service in another is a lint in the first',
    async (scene) => {
      const lints = (process: Process) =>
        process.supervisor
          .explain('task')
          .lints.filter(({ lint }) => lint === 'scope-differs')
          .map(({ text }) => text)
      const alone = await scene.join({ schedule: every('1s'), scope: 'instance' })
      expect(lints(alone)).toEqual([])
      const shared = await scene.join({ schedule: every('1s') })
      await scene.until(() => lints(alone).length === 1)
      const { instanceId } = shared.supervisor
      expect(lints(alone)).toEqual([
        `It has scope 'instance' in this process, but scope 'service' in ${instanceId}. So it runs in the fleet, and also in this process. Give it the same scope in all processes.`,
      ])
      expect(lints(shared)).toEqual([])
      const stopped = shared.supervisor.stop({ deadline: '1s' })
      await scene.until(() => lints(alone).length === 0)
      await stopped
      const late = await scene.join({ schedule: every('1s') })
      await scene.until(() => lints(alone).length === 1)
      expect(lints(alone)[0]).toContain(late.supervisor.instanceId)
    },
  ],
  [
    'a newer process dies: slots that come due before its death is noticed run or are reported',
    async (scene) => {
      const old = await scene.join({ schedule: every('200ms', { catchUp: '1m' }) }, { version: '1' })
      await scene.until(() => scene.runs.length >= 1)
      const [start = 0] = scene.slots
      const newer = await scene.join({ schedule: every('200ms', { catchUp: '50s' }) }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      await scene.until(() => scene.runs.some(({ process }) => process === 1))
      scene.bench.kill(newer.fleet)
      await scene.until(() => scene.task(old).fleet?.overruledBy === undefined)
      const ran = () => Math.max(...scene.runs.map(({ process, slot = 0 }) => (process === 0 ? slot : 0)))
      const noticed = ran()
      await scene.until(() => ran() > noticed + 1_000)
      const slots = slotsBetween(start, ran(), 200)
      const open = () => slots.filter((slot) => !decidedSlots(scene, 200).has(slot))
      await scene.until(() => open().length === 0)
    },
  ],
  [
    'a newer process with another schedule dies: only slots since its death run or are reported',
    async (scene) => {
      const old = await scene.join({ schedule: every('200ms', { catchUp: '1m' }) }, { version: '1' })
      await scene.until(() => scene.runs.length >= 1)
      const newer = await scene.join({ schedule: every('1h') }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      const now = () => scene.bench.clock?.now() ?? Date.now()
      const overruled = now()
      await scene.pass(6_000)
      const killed = now()
      scene.bench.kill(newer.fleet)
      await scene.until(() => scene.slots.some((slot) => slot > killed))
      const slots = slotsBetween(killed, Math.max(...scene.slots), 200)
      const open = () => slots.filter((slot) => !decidedSlots(scene, 200).has(slot))
      await scene.until(() => open().length === 0)
      const before = slotsBetween(overruled, killed - 4_500, 200)
      expect(before.length).toBeGreaterThan(5)
      expect(before.filter((slot) => decidedSlots(scene, 200).has(slot))).toEqual([])
    },
  ],
  [
    'two versions that define the task alike both run it',
    async (scene) => {
      await scene.join({ schedule: every('1s') }, { version: '1' })
      await scene.join({ schedule: every('1s') }, { version: '2' })
      await scene.until(() => new Set(scene.runs.map(({ process }) => process)).size === 2, 30_000)
    },
  ],
  [
    'after a change of the schedule, slots of the old schedule neither run nor are reported',
    async (scene) => {
      const old = await scene.join({ schedule: every('5s') })
      await scene.until(() => scene.runs.length >= 1)
      const stopped = old.supervisor.stop({ deadline: '1s' })
      await scene.pass(3_400)
      await stopped
      const before = scene.slots.length
      const started = await scene.join({ schedule: every('1s') })
      await scene.until(() => scene.slots.length >= before + 2)
      const { startedAt = 0 } = started.supervisor
      expect(Math.min(...scene.slots.slice(before))).toBeGreaterThanOrEqual(startedAt)
      expect(scene.missed).toBe(0)
    },
  ],
  [
    'a process that is overruled is not stale by its own schedule',
    async (scene) => {
      const health = [rules.stale({ grace: '300ms', degraded: 1, unhealthy: 2 })]
      const old = await scene.join({ schedule: every('1s'), health }, { version: '1' })
      await scene.join({ schedule: every('1h'), health }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      await scene.pass(4_000)
      expect(
        scene
          .task(old)
          .health()
          .reasons.filter(({ rule }) => rule === 'stale'),
      ).toEqual([])
    },
  ],
  [
    'a reschedule is in effect until the code has another schedule',
    async (scene) => {
      const first = await scene.join({ schedule: every('1h') }, { version: '1' })
      scene.task(first).reschedule(every('2s'))
      await scene.pass(500)
      const same = await scene.join({ schedule: every('1h') }, { version: '1' })
      await scene.until(() => scene.task(same).schedule.info.periodMs === 2_000)
      const next = await scene.join({ schedule: every('3s') }, { version: '2' })
      await scene.until(() => scene.task(same).fleet?.overruledBy !== undefined)
      expect(scene.task(next).schedule.info.periodMs).toBe(3_000)
    },
  ],
  [
    'explain() says that another process has a newer definition, and which',
    async (scene) => {
      const old = await scene.join({ schedule: every('1s') }, { version: '1' })
      const newer = await scene.join({ schedule: every('7s') }, { version: '2' })
      await scene.until(() => scene.task(old).fleet?.overruledBy !== undefined)
      const { text, fleet } = old.supervisor.explain('task')
      expect(text).toContain(
        `It does not run here: ${newer.supervisor.instanceId} of version 2 has a newer definition, with the schedule every 7s from epoch.`,
      )
      const overruled = fleet?.members.map(({ instanceId, isOverruled }) => [instanceId, isOverruled])
      expect(new Map(overruled as [string, boolean][])).toEqual(
        new Map([
          [old.supervisor.instanceId, true],
          [newer.supervisor.instanceId, false],
        ]),
      )
    },
  ],
  [
    'explain() says which processes have an older definition, so that the task does not run there',
    async (scene) => {
      const old = await scene.join({ schedule: every('1s') }, { version: '1' })
      const newer = await scene.join({ schedule: every('7s') }, { version: '2' })
      await scene.until(() => scene.task(newer).fleet?.members.length === 2)
      expect(newer.supervisor.explain('task').text).toContain(
        `It runs as it is defined here, and not in processes with an older definition: ${old.supervisor.instanceId} of version 1 (every 1s from epoch).`,
      )
    },
  ],
]
