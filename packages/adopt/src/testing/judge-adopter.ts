import type { AdopterHarness } from './harness.ts'
import { Stage } from './stage.ts'

const monthMs = 30 * 86_400_000

/** What Runwell notices about the jobs of a host library. */
export interface AdopterVerdict {
  /**
   * How long it took until the task of a dead job was unhealthy. Counted from the first missing run, as a multiple of
   * the default of the option `grace`, which is how late a run may begin. `undefined` if it took more than ten times
   * as long as `grace`.
   */
  readonly foundAfter: number | undefined
  /**
   * How many of these three failures were counted as failed runs: a thrown error, a rejected promise and a thrown
   * text.
   */
  readonly failuresCounted: number
  /**
   * The number of false alarms for a healthy job in a virtual month. Each missed run and each change to a status
   * other than healthy is a false alarm.
   */
  readonly falseAlarms: number
  /** The number of succeeded runs in the virtual month in which `falseAlarms` are counted. */
  readonly runsInMonth: number
  /** Whether a stop of the supervisor waited for an active run of 6 s. */
  readonly stopWaits: boolean
  /** Whether the report of a stop named a run that did not end. */
  readonly stopNames: boolean
}

/**
 * Measures what Runwell notices about the jobs of a host library. One measurement runs the job for a virtual month.
 * With `time: 'real'`, each run of this month takes real time.
 */
export async function judgeAdopter(harness: AdopterHarness): Promise<AdopterVerdict> {
  const foundAfter = await Stage.run(
    harness,
    () => undefined,
    async (stage) => {
      await stage.periods(3)
      return stage.untilFoundDead(10)
    },
  )
  const failures = [
    () => {
      throw new Error('thrown')
    },
    () => Promise.reject(new Error('rejected')),
    () => {
      throw 'text'
    },
  ]
  const failuresCounted = await Stage.run(
    harness,
    (number) => failures[number - 1]?.(),
    async (stage) => {
      await stage.periods(3)
      return stage.task.metrics().outcomes.failed
    },
  )
  const month = await Stage.run(
    harness,
    () => undefined,
    async (stage) => {
      await stage.periods(Math.floor(monthMs / harness.periodMs))
      const alarms = stage.events.of('health.changed').filter(({ to }) => to !== 'healthy')
      const missed = stage.events.of('run.missed')
      return {
        falseAlarms: alarms.length + missed.length,
        runsInMonth: stage.task.metrics().outcomes.succeeded,
      }
    },
  )
  const stopWaits = await Stage.run(
    harness,
    (_, stage) => stage.sleep(6_000),
    async (stage) => {
      await stage.begin()
      const stopping = stage.supervisor.stop()
      await stage.pass(60_000, stopping)
      const { abandoned } = await stopping
      const [run] = stage.events.of('run.ended', Stage.job)
      return run?.outcome === 'succeeded' && run.durationMs >= 6_000 && abandoned.length === 0
    },
  )
  const stopNames = await Stage.run(
    harness,
    () => new Promise(() => {}),
    async (stage) => {
      await stage.begin()
      const stopping = stage.supervisor.stop()
      await stage.pass(60_000, stopping)
      return (await stopping).abandoned.some(({ task }) => task === Stage.job)
    },
  )
  return { foundAfter, failuresCounted, ...month, stopWaits, stopNames }
}
