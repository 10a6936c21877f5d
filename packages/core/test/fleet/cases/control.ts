import { expect } from 'vitest'
import { every, InvalidOptionError, manual } from '../../../src/index.ts'
import type { FleetCase, FleetScene } from '../bench.ts'
import { inMs } from './waiting.ts'

const schedule = every('1s')

async function two(scene: FleetScene, task: Parameters<FleetScene['start']>[1] = { schedule }) {
  const [a, b] = await scene.start(2, task)
  if (!a || !b) throw new Error('two processes were started')
  return { a, b }
}

export const controlCases: readonly FleetCase[] = [
  [
    'a pause in one process pauses the task in all, with its reason',
    async (scene) => {
      const { a, b } = await two(scene)
      await scene.until(() => scene.runs.length >= 2)
      scene.task(a).pause('migration')
      await scene.until(() => scene.task(b).paused)
      expect(scene.task(b).pauseReason).toBe('migration')
      await scene.pass(500)
      const before = scene.runs.length
      await scene.pass(3_000)
      expect(scene.runs.length).toBe(before)
    },
  ],
  [
    'slots during a pause are reported as skipped, each by one process',
    async (scene) => {
      const { a, b } = await two(scene)
      scene.task(a).pause()
      await scene.until(() => scene.task(b).paused)
      await scene.until(() => scene.skipped('paused') >= 3)
      const told = scene.events('run.skipped').map(({ scheduledAt }) => scheduledAt)
      expect(new Set(told).size).toBe(told.length)
    },
  ],
  [
    'a resume in another process ends the pause in all',
    async (scene) => {
      const { a, b } = await two(scene)
      scene.task(a).pause()
      await scene.until(() => scene.task(b).paused)
      scene.task(b).resume()
      await scene.until(() => !scene.task(a).paused && !scene.task(b).paused)
      const before = scene.runs.length
      await scene.until(() => scene.runs.length >= before + 2)
    },
  ],
  [
    'a live run goes on during a pause',
    async (scene) => {
      const { a, b } = await two(scene, { schedule, run: () => inMs(scene, 1_500) })
      await scene.until(() => scene.runs.length === 1)
      scene.task(a).pause()
      scene.task(b).pause()
      await scene.until(() => scene.events('run.ended').length === 1)
      expect(scene.events('run.ended')[0]).toMatchObject({ outcome: 'succeeded' })
    },
  ],
  [
    'a process that starts during a pause is paused, too',
    async (scene) => {
      const a = await scene.join({ schedule })
      scene.task(a).pause('freeze')
      await scene.pass(500)
      const b = await scene.join({ schedule })
      await scene.until(() => scene.task(b).paused)
      expect(scene.task(b).pauseReason).toBe('freeze')
    },
  ],
  [
    'a trigger during a pause is refused in every process',
    async (scene) => {
      const { a, b } = await two(scene, { schedule: manual() })
      scene.task(a).pause()
      await scene.until(() => scene.task(b).paused)
      const answers = [scene.task(a).trigger(), scene.task(b).trigger()]
      await scene.pass(200)
      const refused = { started: false, reason: 'paused' }
      expect(await Promise.all(answers)).toEqual([refused, refused])
    },
  ],
  [
    'a reschedule in one process counts in all',
    async (scene) => {
      const { a, b } = await two(scene, { schedule: every('1h') })
      scene.task(a).reschedule(every('1s'))
      await scene.until(() => scene.task(b).schedule.info.periodMs === 1_000)
      expect(scene.task(b).schedule.info.text).toBe(scene.task(a).schedule.info.text)
      await scene.until(() => scene.runs.length >= 3)
      expect(new Set(scene.slots).size).toBe(scene.slots.length)
    },
  ],
  [
    'a process that starts after a reschedule has the new schedule',
    async (scene) => {
      const a = await scene.join({ schedule: every('1h') })
      scene.task(a).reschedule(every('2s'))
      await scene.pass(500)
      const b = await scene.join({ schedule: every('1h') })
      await scene.until(() => scene.task(b).schedule.info.periodMs === 2_000)
    },
  ],
  [
    'a trigger passes its input, and resolves with what the run returns',
    async (scene) => {
      const { a } = await two(scene, { schedule: manual(), run: ({ input }) => ({ got: input }) })
      const answer = scene.task(a).trigger({ id: 7 })
      await scene.until(() => scene.events('run.ended').length === 1)
      await scene.pass(300)
      expect(await answer).toMatchObject({ started: true, outcome: 'succeeded', value: { got: { id: 7 } } })
    },
  ],
  [
    'a trigger resolves with the error of a run that fails',
    async (scene) => {
      const run = () => {
        throw new TypeError('no route')
      }
      const { a } = await two(scene, { schedule: manual(), run })
      const answer = scene.task(a).trigger()
      await scene.until(() => scene.events('run.ended').length === 1)
      await scene.pass(300)
      const result = await answer
      expect(result).toMatchObject({ started: true, outcome: 'failed' })
      expect(result.started && [result.error?.name, result.error?.message]).toEqual(['TypeError', 'no route'])
    },
  ],
  [
    'a trigger without a slot is a run of trigger manual',
    async (scene) => {
      const { a } = await two(scene, { schedule: manual() })
      void scene.task(a).trigger()
      await scene.until(() => scene.events('run.started').length === 1)
      expect(scene.events('run.started')[0]).toMatchObject({ trigger: 'manual', scheduledAt: undefined })
    },
  ],
  [
    'an input that another process cannot get is refused at once',
    async (scene) => {
      const { a } = await two(scene, { schedule: manual() })
      expect(() => void scene.task(a).trigger({ big: 1n })).toThrow(InvalidOptionError)
      expect(() => void scene.task(a).trigger(() => {})).toThrow(/plain data/)
      const changed = [new Map([['id', 7]]), new Date(0), Number.NaN, [undefined], { at: { send() {} } }]
      for (const input of changed) expect(() => void scene.task(a).trigger(input)).toThrow(/plain data/)
    },
  ],
  [
    'a trigger in a process on standby runs in another one',
    async (scene) => {
      const a = await scene.join({ schedule: manual(), enabled: () => false })
      await scene.join({ schedule: manual() })
      const answer = scene.task(a).trigger()
      await scene.until(() => scene.runs.length === 1)
      expect(scene.runs[0]?.process).toBe(1)
      await scene.pass(300)
      expect(await answer).toMatchObject({ started: true })
    },
  ],
  [
    'a slot that is due in a process on standby runs in another one',
    async (scene) => {
      await scene.join({ schedule, enabled: () => false })
      await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 3)
      expect(scene.runs.map(({ process }) => process)).toEqual(scene.runs.map(() => 1))
    },
  ],
  [
    'a slot for which every process is on standby is reported once',
    async (scene) => {
      await scene.start(2, { schedule: every('2s', { catchUp: '1s' }), enabled: () => false })
      await scene.until(() => scene.skipped('standby') + scene.missed >= 2)
      const told = [
        ...scene.events('run.skipped').map(({ scheduledAt }) => scheduledAt),
        ...scene.events('run.missed').map(({ to }) => to),
      ]
      expect(new Set(told).size).toBe(told.length)
      expect(scene.runs).toEqual([])
    },
  ],
  [
    'RUNWELL_TASKS_DISABLED keeps the task out of one process, and the others run it',
    async (scene) => {
      const off = await scene.join({ schedule }, { env: { RUNWELL_TASKS_DISABLED: 'task' } })
      await scene.join({ schedule })
      await scene.until(() => scene.runs.length >= 3)
      expect(scene.runs.map(({ process }) => process)).toEqual(scene.runs.map(() => 1))
      expect(scene.skipped('paused')).toBe(0)
      expect(scene.task(off).paused).toBe(true)
    },
  ],
  [
    'restart() is refused, since another process may run the task',
    async (scene) => {
      const { a } = await two(scene)
      expect(await scene.task(a).restart()).toEqual({ restarted: false, reason: 'external' })
    },
  ],
]
