import { loop } from '@runwell/core'
import { expectSame, expectTrue } from './expect.ts'
import type { AdopterHarness } from './harness.ts'
import { Stage, type StageJob } from './stage.ts'

export interface AdopterCase {
  readonly name: string
  readonly act: (harness: AdopterHarness) => Promise<void>
}

const fine: StageJob = () => undefined
const never = (): Promise<never> => new Promise(() => {})

const mixed: StageJob = (number) => {
  if (number % 5 === 1) return 'value'
  if (number % 5 === 2) throw new Error('thrown')
  if (number % 5 === 3) return Promise.reject(new Error('rejected'))
  if (number % 5 === 4) throw 'text'
  return Promise.resolve('later')
}

const counts = ({ task }: Stage): unknown => {
  const { started, outcomes } = task.metrics()
  return { started, failed: outcomes.failed, succeeded: outcomes.succeeded }
}

export const cases: readonly AdopterCase[] = [
  {
    name: 'runs are counted, and the task is healthy',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        await stage.periods(4)
        expectSame('the calls', stage.calls.length, 4)
        expectSame('the runs', counts(stage), { started: 4, failed: 0, succeeded: 4 })
        expectSame('the health', stage.task.health().status, 'healthy')
      }),
  },
  {
    name: 'a job that throws, rejects, or throws a value that is not an error is counted as failed',
    act: (harness) =>
      Stage.run(harness, mixed, async (stage) => {
        await stage.periods(5)
        expectSame('the runs', counts(stage), { started: 5, failed: 3, succeeded: 2 })
        const errors = stage.events.of('run.ended', Stage.job).flatMap(({ error }) => error?.message ?? [])
        // The third failure is a thrown text. It is left out, because the host library may report its own error
        // instead.
        expectSame('the errors', errors.slice(0, 2), ['thrown', 'rejected'])
      }),
  },
  {
    name: 'arguments, this, times and reported errors are those of the host library alone',
    act: async (harness) => {
      const watch = async (stage: Stage): Promise<unknown> => {
        await stage.periods(7)
        return { calls: stage.calls, errors: stage.errors }
      }
      const alone = await Stage.run(harness, mixed, watch, false)
      expectSame('calls and errors', await Stage.run(harness, mixed, watch), alone)
    },
  },
  {
    name: 'a job that dies silently is unhealthy within 1.5 times its grace',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        await stage.periods(3)
        expectTrue('to find it', (await stage.untilFoundDead(1.5)) !== undefined)
      }),
  },
  {
    name: 'a job that never ran is unhealthy within 1.5 times its grace',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        expectTrue('to find it', (await stage.untilFoundDead(1.5)) !== undefined)
      }),
  },
  {
    name: 'a job that hangs is unhealthy before five periods are over',
    act: (harness) =>
      Stage.run(
        harness,
        (number) => (number > 2 ? never() : undefined),
        async (stage) => {
          await stage.periods(2)
          await stage.hosted.next?.()
          const found = await stage.untilUnhealthy(5 * harness.periodMs + stage.graceMs)
          expectTrue('to find it', found !== undefined)
        },
      ),
  },
  {
    name: 'runs that overlap are kept apart',
    act: (harness) =>
      Stage.run(
        harness,
        (_, stage) => stage.sleep(2.5 * harness.periodMs),
        async (stage) => {
          await stage.periods(6)
          await stage.hosted.pause?.()
          await stage.pass(3 * harness.periodMs)
          const called = stage.calls.length
          expectTrue('a second call', called >= 2)
          if (stage.hosted.pause)
            expectSame('the runs', counts(stage), { started: called, failed: 0, succeeded: called })
          const starts = stage.events.of('run.started', Stage.job).map(({ runId }) => runId)
          expectSame('the distinct runs', new Set(starts).size, called)
        },
      ),
  },
  {
    name: 'a job that the host library pauses is not missing, and is counted again afterwards',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        if (!stage.hosted.pause) return
        await stage.periods(2)
        await stage.hosted.pause()
        await stage.clock.advance(10 * harness.periodMs)
        expectSame('the missed runs', stage.events.of('run.missed', Stage.job).length, 0)
        expectTrue('no alarm', stage.task.health().status === 'healthy')
        await stage.hosted.resume?.()
        await stage.periods(3)
        expectSame('the runs', stage.task.metrics().started, stage.calls.length)
        expectTrue('runs after the pause', stage.calls.length >= 4)
        expectSame('the health', stage.task.health().status, 'healthy')
      }),
  },
  {
    name: 'a job that the host library removes raises no alarm',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        await stage.periods(2)
        await stage.hosted.remove()
        await stage.clock.advance(10 * harness.periodMs)
        const task = stage.supervisor.task(Stage.job)
        expectTrue('no alarm', task === undefined || task.health().status !== 'unhealthy')
        expectSame('the missed runs', stage.events.of('run.missed', Stage.job).length, 0)
      }),
  },
  {
    name: 'a stop waits for the live run before it stops tasks of higher priority',
    act: (harness) => {
      const order: string[] = []
      const job: StageJob = async (_, stage) => {
        await stage.sleep(5_000)
        order.push('job')
      }
      return Stage.run(harness, job, async (stage) => {
        const server = (signal: AbortSignal): Promise<void> =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              order.push('server')
              resolve()
            }),
          )
        const [priority, schedule] = ['critical', loop()] as const
        stage.supervisor.register({ name: 'server', priority, schedule, run: ({ signal }) => server(signal) })
        await stage.begin()
        const stopping = stage.supervisor.stop()
        await stage.pass(3 * harness.periodMs, stopping)
        const report = await stopping
        expectSame('what ended', order, ['job', 'server'])
        expectSame('the abandoned runs', report.abandoned.length, 0)
        expectSame('the calls', stage.calls.length, 1)
      })
    },
  },
  {
    name: 'a stop names a run that does not end',
    act: (harness) =>
      Stage.run(harness, never, async (stage) => {
        await stage.begin()
        const stopping = stage.supervisor.stop()
        await stage.pass(60_000, stopping)
        const { abandoned } = await stopping
        const named = abandoned.map(({ task }) => task)
        expectSame('the abandoned tasks', named.filter(stage.isOwn), [Stage.job])
      }),
  },
  {
    name: 'a job that is adopted twice is counted once',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        await stage.hosted.adoptAgain?.()
        await stage.periods(3)
        expectSame('the tasks', stage.taskNames, [Stage.job])
        expectSame('the calls', stage.calls.length, 3)
        expectSame('the runs', counts(stage), { started: 3, failed: 0, succeeded: 3 })
      }),
  },
  {
    name: 'a job that replaces one of its name, as after a hot reload, takes over its task',
    act: (harness) =>
      Stage.run(harness, fine, async (stage) => {
        await stage.periods(2)
        await stage.hosted.remove()
        stage.hosted = await stage.startHost()
        await stage.periods(3)
        expectSame('the tasks', stage.taskNames, [Stage.job])
        expectSame('the health', stage.task.health().status, 'healthy')
        expectTrue('runs of the new job', stage.task.metrics().started >= 3)
      }),
  },
  {
    name: 'a job may be replaced while one of its runs is live',
    act: (harness) =>
      Stage.run(
        harness,
        (number, stage) => (number === 1 ? stage.sleep(1.5 * harness.periodMs) : undefined),
        async (stage) => {
          await stage.periods(1)
          await stage.hosted.remove()
          stage.hosted = await stage.startHost()
          await stage.periods(3)
          expectSame('the tasks', stage.taskNames, [Stage.job])
          const outcomes = stage.events.of('run.ended', Stage.job).map(({ outcome }) => outcome)
          expectSame('the outcomes', [...new Set(outcomes)], ['succeeded'])
          expectSame('the runs', outcomes.length, stage.calls.length)
          expectSame('the health', stage.task.health().status, 'healthy')
        },
      ),
  },
]
