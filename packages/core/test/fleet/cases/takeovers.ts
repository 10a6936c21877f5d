import { expect } from 'vitest'
import { every, manual, type Observer, type RunScope, type TaskOptions } from '../../../src/index.ts'
import type { FleetCase, FleetScene, Process } from '../bench.ts'
import { untilAborted } from './waiting.ts'

/** Some stores learn of a run only about a second after its start. */
const knownAfterMs = 2_000

function hangs(count: number): TaskOptions['run'] {
  let left = count
  return (context) => {
    left -= 1
    return left >= 0 ? untilAborted(context) : undefined
  }
}

const ofFirstSlot = (scene: FleetScene) => scene.runs.filter(({ slot }) => slot === scene.runs[0]?.slot)

async function holderOf(scene: FleetScene, attempt: number): Promise<Process> {
  await scene.until(() => ofFirstSlot(scene).length === attempt)
  const process = scene.processes[ofFirstSlot(scene)[attempt - 1]?.process ?? 0]
  if (process === undefined) throw new Error('no run')
  return process
}

async function takeOver(
  scene: FleetScene,
  task: Partial<TaskOptions> = {},
  how: 'kill' | 'freeze' = 'kill',
): Promise<{ readonly lost: Process; readonly next: Process }> {
  await scene.start(2, { schedule: every('1s'), run: hangs(1), ...task })
  const lost = await holderOf(scene, 1)
  await scene.pass(knownAfterMs)
  scene.bench[how](lost.fleet)
  return { lost, next: await holderOf(scene, 2) }
}

const startOf = ({ recorder }: Process) => recorder.of('run.started')[0]
const lossesIn = (scene: FleetScene) =>
  scene.processes.flatMap(({ recorder }) => [...recorder.of('run.lost')])

function watched(scene: FleetScene, scopes: RunScope[]): Process {
  const process = scene.process()
  const observer: Observer = {
    name: 'watch',
    aroundRun(scope, next) {
      scopes.push(scope)
      scope.annotate({ trace_id: `trace of ${scope.runId}` })
      void next()
    },
  }
  process.supervisor.observe(observer)
  return process
}

export const takeoverCases: readonly FleetCase[] = [
  [
    'the process that takes over reports once which process has lost which run, and since when it ran',
    async (scene) => {
      const { lost, next } = await takeOver(scene)
      const started = startOf(lost)
      expect(lossesIn(scene)).toMatchObject([
        {
          task: 'task',
          instanceId: lost.supervisor.instanceId,
          runId: started?.runId,
          attempt: 1,
          startedAt: started?.at,
          trigger: 'schedule',
          scheduledAt: started?.scheduledAt,
        },
      ])
      expect(next.recorder.of('run.lost')).toHaveLength(1)
    },
  ],
  [
    'the history of the process that takes over lists the lost attempt, and then its own',
    async (scene) => {
      const { lost, next } = await takeOver(scene)
      const slot = ofFirstSlot(scene)[0]?.slot
      const ofSlot = () =>
        scene
          .task(next)
          .history()
          .filter((run) => run.scheduledAt === slot)
      await scene.until(() => ofSlot().length === 2)
      expect(ofSlot()).toMatchObject([
        { attempt: 2, outcome: 'succeeded' },
        {
          attempt: 1,
          outcome: 'cancelled',
          abortedFor: 'lease-lost',
          instanceId: lost.supervisor.instanceId,
          runId: startOf(lost)?.runId,
          startedAt: startOf(lost)?.at,
        },
      ])
      expect(ofSlot()[0]).not.toHaveProperty('instanceId')
    },
  ],
  [
    'the lost attempt is listed while the next one still runs',
    async (scene) => {
      const { next } = await takeOver(scene, { run: hangs(2) })
      const task = scene.task(next)
      expect(task.active()).toMatchObject([{ attempt: 2 }])
      expect(task.history()).toMatchObject([{ attempt: 1, outcome: 'cancelled' }])
    },
  ],
  [
    'a lost attempt counts neither as a run of the process that takes over nor as a failure',
    async (scene) => {
      const { next } = await takeOver(scene, { run: hangs(2) })
      const metrics = scene.task(next).metrics()
      expect(metrics.started).toBe(1)
      expect(Object.values(metrics.outcomes)).toEqual([0, 0, 0, 0, 0])
      expect(metrics.consecutiveFailures).toBe(0)
    },
  ],
  [
    'an observer of the process that takes over gets what observers have attached to the lost run',
    async (scene) => {
      const scopes: RunScope[] = []
      const task = { schedule: every('1s'), run: hangs(1) }
      for (let n = 0; n < 2; n += 1) {
        const process = watched(scene, scopes)
        scene.register(process, task)
        await process.supervisor.start()
      }
      const lost = await holderOf(scene, 1)
      await scene.pass(knownAfterMs)
      scene.bench.kill(lost.fleet)
      await holderOf(scene, 2)
      const [first, second] = scopes
      expect(first?.takesOver).toBeUndefined()
      expect(second?.takesOver).toEqual({
        instanceId: lost.supervisor.instanceId,
        runId: first?.runId,
        attempt: 1,
        startedAt: first?.startedAt,
        endedAt: undefined,
        annotations: { trace_id: `trace of ${first?.runId}` },
      })
    },
  ],
  [
    'a frozen process that has lost its run reports the end of that run, and the loss is reported once',
    async (scene) => {
      const { lost } = await takeOver(scene, {}, 'freeze')
      scene.bench.thaw(lost.fleet)
      const [started] = lost.recorder.of('run.started')
      const ends = () => scene.events('run.ended').filter(({ runId }) => runId === started?.runId)
      await scene.until(() => ends().length > 0)
      await scene.pass(500)
      expect(ends()).toMatchObject([{ outcome: 'cancelled', abortedFor: 'lease-lost', attempt: 1 }])
      expect(lossesIn(scene)).toMatchObject([{ runId: started?.runId }])
    },
  ],
  [
    'two processes lose the same slot one after the other: the history lists all three attempts',
    async (scene) => {
      await scene.start(3, { schedule: every('1s'), run: hangs(2) })
      const first = await holderOf(scene, 1)
      await scene.pass(knownAfterMs)
      scene.bench.kill(first.fleet)
      const second = await holderOf(scene, 2)
      await scene.pass(knownAfterMs)
      scene.bench.kill(second.fleet)
      const third = await holderOf(scene, 3)
      const slot = scene.runs[0]?.slot
      const ofSlot = () =>
        scene
          .task(third)
          .history()
          .filter((run) => run.scheduledAt === slot)
      await scene.until(() => ofSlot().length === 3)
      const [one, two] = [first.supervisor.instanceId, second.supervisor.instanceId]
      expect(ofSlot()).toMatchObject([
        { attempt: 3, outcome: 'succeeded' },
        { attempt: 2, outcome: 'cancelled', instanceId: two },
        { attempt: 1, outcome: 'cancelled', instanceId: one },
      ])
      expect(third.recorder.of('run.lost')).toMatchObject([{ attempt: 2, instanceId: two }])
    },
  ],
  [
    'a triggered run that is lost is listed as well',
    async (scene) => {
      const [caller] = await scene.start(2, { schedule: manual(), run: hangs(1) })
      if (caller) void scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      const lost = await holderOf(scene, 1)
      await scene.pass(knownAfterMs)
      scene.bench.kill(lost.fleet)
      const next = await holderOf(scene, 2)
      await scene.until(() => scene.task(next).history().length === 2)
      expect(scene.task(next).history()).toMatchObject([
        { attempt: 2, trigger: 'manual' },
        { attempt: 1, trigger: 'manual', instanceId: lost.supervisor.instanceId },
      ])
    },
  ],
  [
    'a run that a stop has aborted is listed as cancelled by the process that takes over, and is not lost',
    async (scene) => {
      await scene.start(2, { schedule: every('1s'), run: hangs(1) })
      const left = await holderOf(scene, 1)
      const started = startOf(left)
      const stopped = left.supervisor.stop({ deadline: '3s' })
      const next = await holderOf(scene, 2)
      await stopped
      const ofSlot = () =>
        scene
          .task(next)
          .history()
          .filter((run) => run.scheduledAt === started?.scheduledAt)
      await scene.until(() => ofSlot().length === 2)
      expect(ofSlot()).toMatchObject([
        { attempt: 2, outcome: 'succeeded' },
        {
          attempt: 1,
          outcome: 'cancelled',
          abortedFor: 'shutdown',
          instanceId: left.supervisor.instanceId,
          runId: started?.runId,
        },
      ])
      expect(lossesIn(scene)).toEqual([])
    },
  ],
  [
    'every process knows where the task runs now, and since when',
    async (scene) => {
      await scene.start(2, { schedule: manual(), run: untilAborted, timeout: '4s' })
      const [caller] = scene.processes
      if (caller) void scene.task(caller).trigger()
      const holder = await holderOf(scene, 1)
      const running = () => scene.processes.map((process) => scene.task(process).fleet?.running ?? [])
      await scene.until(() => running().every((runs) => runs.length === 1))
      const { runId, at } = startOf(holder) ?? {}
      const here = { instanceId: holder.supervisor.instanceId, runId, startedAt: at, attempt: 1 }
      expect(running()).toMatchObject([[here], [here]])
      await scene.until(() => running().every((runs) => runs.length === 0))
    },
  ],
  [
    'a process that has died runs nothing any more',
    async (scene) => {
      const { next } = await takeOver(scene)
      // `lastRun` shows attempt 2 only until the next run ends, so a busy machine can miss it.
      await scene.until(() => next.recorder.of('run.ended').some(({ attempt }) => attempt === 2))
      await scene.until(() => scene.task(next).fleet?.running?.length === 0, 30_000)
    },
  ],
]
