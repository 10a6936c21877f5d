import { expect } from 'vitest'
import { backoff, every, manual, type TaskOptions } from '../../../src/index.ts'
import type { FleetCase, FleetScene, Process } from '../bench.ts'
import { reportedSlots } from './fates.ts'
import { inMs, until, untilAborted } from './waiting.ts'

function firstHangs(run: NonNullable<TaskOptions['run']> = untilAborted): TaskOptions['run'] {
  let isFirst = true
  return (context) => {
    const hangs = isFirst
    isFirst = false
    return hangs ? run(context) : undefined
  }
}

async function startRun(scene: FleetScene, task: Partial<TaskOptions> = {}): Promise<Process> {
  const run = task.run ?? firstHangs()
  await scene.start(2, { schedule: every('1s'), ...task, run })
  await scene.until(() => scene.runs.length > 0)
  return holderOf(scene)
}

function holderOf(scene: FleetScene, at = 0): Process {
  const process = scene.processes[scene.runs[at]?.process ?? 0]
  if (process === undefined) throw new Error('no run')
  return process
}

const attempts = (scene: FleetScene) => scene.runs.filter(({ slot }) => slot === scene.runs[0]?.slot)

export const leaseCases: readonly FleetCase[] = [
  [
    'a process is killed during a run: another runs the same slot as attempt 2',
    async (scene) => {
      const holder = await startRun(scene)
      scene.bench.kill(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      const [first, second] = attempts(scene)
      expect(second).toMatchObject({ slot: first?.slot, attempt: 2 })
      expect(second?.process).not.toBe(first?.process)
    },
  ],
  [
    'the slot of a killed process is not reported as skipped or missed',
    async (scene) => {
      const holder = await startRun(scene, { schedule: every('3s') })
      const slot = scene.runs[0]?.slot
      scene.bench.kill(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      await scene.pass(1_000)
      expect(reportedSlots(scene, 3_000).filter((reported) => reported === slot)).toEqual([])
    },
  ],
  [
    'the process that takes over has a higher fencing token',
    async (scene) => {
      const holder = await startRun(scene)
      scene.bench.kill(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      const [first, second] = attempts(scene)
      expect(second?.token ?? 0).toBeGreaterThan(first?.token ?? 0)
    },
  ],
  [
    'a frozen process loses its run to another one',
    async (scene) => {
      const holder = await startRun(scene)
      scene.bench.freeze(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      expect(attempts(scene)[1]).toMatchObject({ attempt: 2 })
    },
  ],
  [
    'a process that is no longer frozen aborts the run that it has lost, with reason lease-lost',
    async (scene) => {
      const reasons: unknown[] = []
      const run = firstHangs(async ({ signal }) => {
        await until(signal)
        reasons.push((signal.reason as { abortedFor?: unknown }).abortedFor)
      })
      const holder = await startRun(scene, { run })
      scene.bench.freeze(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      scene.bench.thaw(holder.fleet)
      await scene.until(() => reasons.length > 0)
      expect(reasons).toEqual(['lease-lost'])
      const lostSlot = attempts(scene)[0]?.slot
      const ends = holder.recorder.of('run.ended').filter(({ scheduledAt }) => scheduledAt === lostSlot)
      expect(ends).toMatchObject([{ outcome: 'cancelled', abortedFor: 'lease-lost' }])
    },
  ],
  [
    'the result of a run that was lost does not count',
    async (scene) => {
      const run = firstHangs(async ({ signal }) => {
        await until(signal)
        throw new Error('too late')
      })
      const [caller] = await scene.start(2, { schedule: manual(), run })
      if (caller) void scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      const holder = holderOf(scene)
      scene.bench.freeze(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      scene.bench.thaw(holder.fleet)
      await scene.until(() => holder.recorder.of('run.ended').length > 0)
      const lastRuns = () => scene.processes.map((process) => scene.task(process).fleet?.lastRun)
      await scene.until(() => lastRuns().every((run) => run !== undefined))
      await scene.pass(500)
      for (const lastRun of lastRuns()) expect(lastRun).toMatchObject({ outcome: 'succeeded', attempt: 2 })
    },
  ],
  [
    'a process that has thawed takes part again',
    async (scene) => {
      const holder = await startRun(scene)
      const at = scene.processes.indexOf(holder)
      scene.bench.freeze(holder.fleet)
      await scene.until(() => attempts(scene).length === 2)
      scene.bench.thaw(holder.fleet)
      const before = scene.runs.length
      await scene.until(() => scene.runs.slice(before).some(({ process }) => process === at))
    },
  ],
  [
    'a live process keeps a run that is longer than the lease',
    async (scene) => {
      const { leaseMs } = scene.bench
      await startRun(scene, { run: firstHangs(() => inMs(scene, 2.5 * leaseMs)) })
      await scene.until(() => scene.events('run.ended').length > 0, 4 * leaseMs)
      expect(attempts(scene)).toHaveLength(1)
      expect(scene.events('run.ended')[0]).toMatchObject({ outcome: 'succeeded' })
    },
  ],
  [
    'the caller of a trigger gets the outcome of the process that has taken over',
    async (scene) => {
      const run = firstHangs()
      const caller = await scene.join({ schedule: manual(), run, enabled: () => false })
      await scene.start(2, { schedule: manual(), run })
      const answer = scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      scene.bench.kill(holderOf(scene).fleet)
      await scene.until(() => scene.runs.length === 2)
      await scene.pass(500)
      expect(await answer).toMatchObject({ started: true, outcome: 'succeeded' })
    },
  ],
  [
    'a run goes on when the process that has asked for it is killed',
    async (scene) => {
      const task = { schedule: manual(), run: () => inMs(scene, 1_500) }
      const caller = await scene.join({ ...task, enabled: () => false })
      await scene.start(2, task)
      void scene.task(caller).trigger()
      await scene.until(() => scene.runs.length === 1)
      const holder = holderOf(scene)
      scene.bench.kill(caller.fleet)
      await scene.until(() => holder.recorder.of('run.ended').length === 1)
      expect(holder.recorder.of('run.ended')).toMatchObject([{ outcome: 'succeeded', attempt: 1 }])
    },
  ],
  [
    'retries happen in the same process, and raise the attempt',
    async (scene) => {
      let calls = 0
      const run = () => {
        calls += 1
        if (calls === 1) throw new Error('once')
      }
      const schedule = every('5s')
      await scene.start(2, { schedule, run, retry: { times: 2, backoff: backoff.fixed(100) } })
      await scene.until(() => scene.events('run.ended').length === 1)
      const [first, second] = scene.runs
      expect([first?.attempt, second?.attempt]).toEqual([1, 2])
      expect(first?.process).toBe(second?.process)
    },
  ],
  [
    'a run that exceeds its timeout ends as in one process, and the next slot runs',
    async (scene) => {
      await scene.start(2, { schedule: every('1s'), timeout: '300ms', run: untilAborted })
      await scene.until(() => scene.events('run.ended').length >= 2)
      for (const { outcome, attempt } of scene.events('run.ended'))
        expect([outcome, attempt]).toEqual(['timed-out', 1])
    },
  ],
  [
    'a process whose run ignores its signal is stuck, and the others run the next slots',
    async (scene) => {
      const run = firstHangs(() => new Promise(() => {}))
      const holder = await startRun(scene, { run, timeout: '200ms', abortGrace: '100ms' })
      const at = scene.processes.indexOf(holder)
      await scene.until(() => scene.runs.length >= 4)
      expect(scene.task(holder).state).toBe('stuck')
      expect(scene.runs.slice(1).filter(({ process }) => process === at)).toEqual([])
    },
  ],
]
