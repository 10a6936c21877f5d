import { expect } from 'vitest'
import { every, manual } from '../../../src/index.ts'
import type { FleetCase, FleetScene } from '../bench.ts'
import { expectEachOnce, reportedSlots, slotsBetween } from './fates.ts'
import { inMs } from './waiting.ts'

const schedule = every('1s')

async function stopAll(scene: FleetScene): Promise<void> {
  const stops = scene.processes.map(({ supervisor }) => supervisor.stop({ deadline: '2s' }))
  if (scene.bench.clock) await scene.pass(100)
  await Promise.all(stops)
}

export const outageCases: readonly FleetCase[] = [
  [
    'no process is up when a slot is due: the next process that starts within catchUp runs the newest slot',
    async (scene) => {
      const task = { schedule: every('1s', { catchUp: '1m' }) }
      await scene.join(task)
      await scene.until(() => scene.runs.length >= 2)
      await stopAll(scene)
      const last = Math.max(...scene.slots)
      await scene.pass(3_300)
      await scene.start(2, task)
      await scene.until(() => scene.slots.some((slot) => slot > last))
      const caughtUp = Math.min(...scene.slots.filter((slot) => slot > last))
      const between = slotsBetween(last, caughtUp - 1, 1_000)
      const missed = () => reportedSlots(scene, 1_000).filter((slot) => slot > last && slot < caughtUp)
      await scene.until(() => missed().length >= between.length)
      expect(missed()).toEqual(between)
    },
  ],
  [
    'no process is up for longer than catchUp: the slot is missed, and one process reports it once',
    async (scene) => {
      const task = { schedule: every('2s', { catchUp: '1s' }) }
      await scene.join(task)
      await scene.until(() => scene.runs.length >= 1)
      await stopAll(scene)
      const last = Math.max(...scene.slots)
      await scene.pass(5_600)
      await scene.start(3, task)
      await scene.until(() => scene.slots.some((slot) => slot > last))
      const next = Math.min(...scene.slots.filter((slot) => slot > last))
      const between = slotsBetween(last, next - 1, 2_000)
      const missed = () => reportedSlots(scene, 2_000).filter((slot) => slot > last && slot < next)
      await scene.until(() => missed().length >= between.length)
      expect(missed()).toEqual(between)
      expect(between.length).toBeGreaterThan(0)
    },
  ],
  [
    'misfire { all }: late slots run one after the other, whatever the process',
    async (scene) => {
      const task = { schedule: every('2s', { misfire: { all: 3 } }), run: () => inMs(scene, 50) }
      await scene.join(task)
      await scene.until(() => scene.runs.length >= 2)
      await stopAll(scene)
      const last = Math.max(...scene.slots)
      await scene.pass(4_500)
      await scene.start(2, task)
      await scene.until(() => scene.slots.filter((slot) => slot > last).length >= 4)
      await expectEachOnce(scene, 2_000)
    },
  ],
  [
    'processes replace each other one by one: no slot is lost',
    async (scene) => {
      const first = await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 2)
      await scene.join({ schedule })
      await scene.pass(300)
      const stopped = first.supervisor.stop({ deadline: '2s' })
      await scene.until(() => scene.runs.length >= 6)
      await stopped
      await expectEachOnce(scene)
    },
  ],
  [
    'the store goes down: an active run finishes, and counts once the store is up again',
    async (scene) => {
      const [a] = await scene.start(2, { schedule: manual(), run: () => inMs(scene, 600) })
      if (!a) return
      void scene.task(a).trigger()
      await scene.until(() => scene.runs.length === 1)
      await scene.bench.storeDown()
      await scene.until(() => scene.events('run.ended').length === 1)
      await scene.bench.storeUp()
      expect(scene.events('run.ended')[0]).toMatchObject({ outcome: 'succeeded', abortedFor: undefined })
      const known = () => scene.processes.map((process) => scene.task(process).fleet?.lastRun?.outcome)
      await scene.until(() => known().every((outcome) => outcome === 'succeeded'))
      expect(scene.runs).toHaveLength(1)
    },
  ],
  [
    'the store goes down: every process says so once, and once that it is up again',
    async (scene) => {
      await scene.start(2, { schedule })
      await scene.until(() => scene.runs.length >= 1)
      await scene.bench.storeDown()
      await scene.until(() => scene.events('fleet.down').length === 2)
      await scene.pass(2_000)
      await scene.bench.storeUp()
      await scene.until(() => scene.events('fleet.up').length === 2)
      expect(scene.events('fleet.down').length).toBe(2)
      expect(scene.events('fleet.up')[0]?.downMs).toBeGreaterThan(0)
    },
  ],
  [
    'the store is down: tasks of the fleet are degraded with the reason, others are not',
    async (scene) => {
      const [a] = await scene.start(1, { schedule: every('1h') })
      if (!a) return
      a.supervisor.register({ name: 'own', schedule: every('1s'), run: () => {} })
      await scene.bench.storeDown()
      await scene.until(() => scene.task(a).health().status === 'degraded')
      const [reason] = scene.task(a).health().reasons
      expect(reason?.rule).toBe('fleet')
      expect(reason?.reason).toMatch(/could not be used/)
      expect(scene.task(a, 'own').health().reasons).toEqual([])
      await scene.bench.storeUp()
      await scene.until(
        () =>
          !scene
            .task(a)
            .health()
            .reasons.some(({ rule }) => rule === 'fleet'),
      )
    },
  ],
  [
    'the store is down: the process stays ready and live',
    async (scene) => {
      const [a] = await scene.start(1, { schedule, priority: 'critical' })
      if (!a) return
      await scene.until(() => scene.runs.length >= 1)
      expect(a.supervisor.ready().ok).toBe(true)
      await scene.bench.storeDown()
      await scene.pass(1_500)
      expect([a.supervisor.ready().ok, a.supervisor.live().ok]).toEqual([true, true])
      await scene.bench.storeUp()
    },
  ],
  [
    'the store was down: the newest slot runs within catchUp, and the others are reported once',
    async (scene) => {
      await scene.start(2, { schedule: every('3s', { catchUp: '1m' }) })
      await scene.until(() => scene.runs.length >= 2)
      await scene.bench.storeDown()
      await scene.pass(10_500)
      await scene.bench.storeUp()
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 3, 60_000)
      await expectEachOnce(scene, 3_000, 'some are reported')
      expect(reportedSlots(scene, 3_000).length).toBeGreaterThan(0)
    },
  ],
  [
    'the store is down: a trigger is refused',
    async (scene) => {
      const [a] = await scene.start(1, { schedule: manual() })
      if (!a) return
      await scene.pass(300)
      await scene.bench.storeDown()
      await scene.until(() => scene.events('fleet.down').length === 1)
      const answer = scene.task(a).trigger()
      await scene.pass(3_000)
      expect(await answer).toEqual({ started: false, reason: 'unreachable' })
      await scene.bench.storeUp()
    },
  ],
  [
    'a pause while the store is down reaches the others once it is up',
    async (scene) => {
      const [a, b] = await scene.start(2, { schedule })
      if (!a || !b) return
      await scene.until(() => scene.runs.length >= 1)
      await scene.bench.storeDown()
      await scene.until(() => scene.events('fleet.down').length === 2)
      scene.task(a).pause('by hand')
      expect(scene.task(a).paused).toBe(true)
      await scene.bench.storeUp()
      await scene.until(() => scene.task(b).paused)
      expect(scene.task(a).paused).toBe(true)
    },
  ],
  [
    'the store is down: stop() ends by its deadline',
    async (scene) => {
      const [a] = await scene.start(1, { schedule })
      if (!a) return
      await scene.until(() => scene.runs.length >= 1)
      await scene.bench.storeDown()
      await scene.until(() => scene.events('fleet.down').length === 1)
      let report: Awaited<ReturnType<typeof a.supervisor.stop>> | undefined
      void a.supervisor.stop({ deadline: '4s' }).then((ended) => {
        report = ended
      })
      await scene.until(() => report !== undefined, 5_000)
      expect(report?.exitCode).toBe(0)
      await scene.bench.storeUp()
    },
  ],
  [
    'a process that starts while the store is down takes part once it is up',
    async (scene) => {
      await scene.bench.storeDown()
      const a = await scene.join({ schedule })
      await scene.pass(2_000)
      expect(scene.runs).toEqual([])
      expect(a.supervisor.ready().ok).toBe(true)
      await scene.bench.storeUp()
      await scene.until(() => scene.runs.length >= 2, 60_000)
    },
  ],
]
