import { expect } from 'vitest'
import { every, manual, rules } from '../../../src/index.ts'
import type { FleetCase } from '../bench.ts'
import { untilAborted } from './waiting.ts'

const schedule = every('1s')

export const healthCases: readonly FleetCase[] = [
  [
    'a success in any process makes the task healthy in all',
    async (scene) => {
      await scene.start(3, { schedule: every('5s') })
      const statuses = () => scene.processes.map((process) => scene.task(process).health().status)
      await scene.until(() => statuses().every((status) => status === 'healthy'))
    },
  ],
  [
    'one success makes the task healthy in processes that have never run it',
    async (scene) => {
      const [caller] = await scene.start(3, { schedule: manual() })
      if (!caller) return
      void scene.task(caller).trigger()
      const statuses = () => scene.processes.map((process) => scene.task(process).health().status)
      await scene.until(() => statuses().every((status) => status === 'healthy'))
      expect(scene.runs).toHaveLength(1)
    },
  ],
  [
    'a process that never runs the task is not stale while others succeed',
    async (scene) => {
      const health = [rules.stale({ grace: '1500ms', degraded: 2, unhealthy: 6 })]
      const slowly = every('3s')
      const idle = await scene.join({ schedule: slowly, health, enabled: undefined })
      await scene.join({ schedule: slowly, health })
      await scene.until(() => scene.runs.length >= 6, 30_000)
      expect(scene.task(idle).health().status).toBe('healthy')
      expect(idle.recorder.of('rule.opened')).toEqual([])
    },
  ],
  [
    'a process whose run has failed recovers with a success in another one',
    async (scene) => {
      let calls = 0
      const run = () => {
        calls += 1
        if (calls === 1) throw new Error('once')
      }
      await scene.start(2, {
        schedule: every('2s'),
        health: [rules.consecutiveFailures({ degraded: 1, unhealthy: 3 })],
        run,
      })
      await scene.until(() => scene.events('run.ended').length >= 1)
      const failed = scene.processes[scene.runs[0]?.process ?? 0]
      await scene.until(() => failed !== undefined && scene.task(failed).health().status === 'healthy')
    },
  ],
  [
    'no process succeeds: the task is stale in all',
    async (scene) => {
      const health = [rules.stale({ grace: '300ms', degraded: 1, unhealthy: 2 })]
      const run = () => {
        throw new Error('always')
      }
      await scene.start(2, { schedule, health, run })
      const statuses = () => scene.processes.map((process) => scene.task(process).health().status)
      await scene.until(() => statuses().every((status) => status === 'unhealthy'))
    },
  ],
  [
    'one process dies: the task does not become unhealthy in the others',
    async (scene) => {
      const health = [rules.stale({ grace: '500ms', degraded: 2, unhealthy: 5 })]
      await scene.start(3, { schedule, health })
      await scene.until(() => scene.runs.length >= 3)
      const [first, ...others] = scene.processes
      if (first) scene.bench.kill(first.fleet)
      const before = scene.runs.length
      await scene.until(
        () => scene.runs.slice(before).filter(({ process }) => process !== 0).length >= 5,
        60_000,
      )
      await scene.pass(2_000)
      for (const process of others) expect(scene.task(process).health().status).not.toBe('unhealthy')
    },
  ],
  [
    'the last success is known to a process that starts later',
    async (scene) => {
      await scene.join({ schedule: every('1s') })
      await scene.until(() => scene.runs.length >= 1)
      await scene.pass(500)
      const late = await scene.join({ schedule: every('1s'), enabled: () => false })
      await scene.until(() => scene.task(late).fleet?.lastSuccessAt !== undefined)
      expect(scene.task(late).metrics().lastSuccessAt).toBeGreaterThan(0)
    },
  ],
  [
    'a run that hangs in one process is reported there',
    async (scene) => {
      await scene.start(2, {
        schedule,
        run: untilAborted,
        health: [rules.stale({ grace: '500ms', degraded: 2, unhealthy: 9 })],
      })
      await scene.until(() => scene.runs.length === 1)
      await scene.until(() =>
        scene.processes.some((process) => scene.task(process).health().status === 'degraded'),
      )
    },
  ],
]
