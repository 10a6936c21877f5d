import type * as Core from '@runwell/core'

/** All tasks share this function, so that only the memory of the candidate is measured. */
const task = async () => {}

export type CandidateId =
  | 'raw'
  | 'toad'
  | 'effect'
  | 'cron-schedule'
  | 'cron'
  | 'node-cron'
  | 'node-schedule'
  | 'croner'
  | 'runwell'
  | 'runwell-cron'

type Register = (count: number) => unknown

export interface Candidate {
  readonly id: CandidateId
  readonly label: string
  /** True to measure this candidate with fewer tasks. The results are numbers per task, so they do not change. */
  readonly slow?: boolean
  readonly prepare: () => Register | Promise<Register>
}

export const candidates: readonly Candidate[] = [
  { id: 'raw', label: 'raw `setInterval`', prepare: raw },
  { id: 'toad', label: 'toad-scheduler interval', prepare: toad },
  { id: 'effect', label: 'effect fiber (`Schedule.spaced`)', prepare: effect },
  { id: 'cron-schedule', label: 'cron-schedule, a timer per task', prepare: cronSchedule },
  { id: 'cron', label: 'cron', slow: true, prepare: cron },
  { id: 'node-cron', label: 'node-cron', slow: true, prepare: nodeCron },
  { id: 'node-schedule', label: 'node-schedule', slow: true, prepare: nodeSchedule },
  { id: 'croner', label: 'croner', slow: true, prepare: croner },
  { id: 'runwell', label: 'Runwell `every`', prepare: () => runwell(({ every }) => every('1h')) },
  {
    id: 'runwell-cron',
    label: 'Runwell `cron` with a zone',
    prepare: () => runwell(({ cron }) => cron('7 * * * *', { timeZone: 'Europe/Berlin' })),
  },
]

export function candidateOf(id: string | undefined): Candidate {
  const candidate = candidates.find((one) => one.id === id)
  if (candidate === undefined) throw new Error(`No candidate is called ${id}`)
  return candidate
}

const hourMs = 3_600_000

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function raw(): Register {
  return (count) => times(count, () => setInterval(task, hourMs))
}

async function toad(): Promise<Register> {
  const { AsyncTask, SimpleIntervalJob, ToadScheduler } = await import('toad-scheduler')
  return (count) => {
    const scheduler = new ToadScheduler()
    times(count, (index) => {
      const job = new SimpleIntervalJob({ hours: 1 }, new AsyncTask(`task.${index}`, task), {
        id: `task.${index}`,
      })
      scheduler.addSimpleIntervalJob(job)
    })
    return scheduler
  }
}

async function effect(): Promise<Register> {
  const { Effect, Schedule } = await import('effect')
  return (count) =>
    times(count, () => Effect.runFork(Effect.repeat(Effect.promise(task), Schedule.spaced('1 hour'))))
}

async function cronSchedule(): Promise<Register> {
  const { parseCronExpression } = await import('cron-schedule')
  const { TimerBasedCronScheduler } = await import('cron-schedule/schedulers/timer-based.js')
  return (count) =>
    times(count, () => TimerBasedCronScheduler.setInterval(parseCronExpression('7 * * * *'), task))
}

async function cron(): Promise<Register> {
  const { CronJob } = await import('cron')
  return (count) =>
    times(count, () =>
      CronJob.from({ cronTime: '7 * * * *', onTick: task, start: true, timeZone: 'Europe/Berlin' }),
    )
}

async function nodeCron(): Promise<Register> {
  const { default: nodeCron } = await import('node-cron')
  return (count) => times(count, () => nodeCron.schedule('7 * * * *', task, { timezone: 'Europe/Berlin' }))
}

async function nodeSchedule(): Promise<Register> {
  const { default: schedule } = await import('node-schedule')
  return (count) => times(count, () => schedule.scheduleJob({ rule: '7 * * * *', tz: 'Europe/Berlin' }, task))
}

async function croner(): Promise<Register> {
  const { Cron } = await import('croner')
  return (count) => times(count, () => new Cron('7 * * * *', { timezone: 'Europe/Berlin' }, task))
}

async function runwell(scheduleOf: (core: typeof Core) => Core.Schedule): Promise<Register> {
  const core = await import('@runwell/core')
  return (count) => {
    const supervisor = new core.Supervisor({ observers: [] })
    times(count, (index) =>
      supervisor.register({ name: `task.${index}`, schedule: scheduleOf(core), run: task }),
    )
    void supervisor.start()
    return supervisor
  }
}
