export type CandidateId =
  | 'raw'
  | 'one-timer'
  | 'toad'
  | 'cron-schedule'
  | 'effect'
  | 'croner'
  | 'cron'
  | 'node-cron'
  | 'node-schedule'
  | 'runwell'

type Run = () => Promise<void>

type Start = (count: number, runOf: (index: number) => Run) => void

export interface Candidate {
  readonly id: CandidateId
  readonly label: string
  /**
   * `wall`: runs are due at full seconds of the wall clock. `registered`: runs are due whole seconds after the
   * registration.
   */
  readonly grid: 'wall' | 'registered'
  readonly prepare: () => Start | Promise<Start>
}

export const candidates: readonly Candidate[] = [
  { id: 'raw', label: 'raw `setInterval`', grid: 'registered', prepare: raw },
  { id: 'one-timer', label: 'one `setInterval`, a loop over all', grid: 'registered', prepare: oneTimer },
  { id: 'toad', label: 'toad-scheduler', grid: 'registered', prepare: toad },
  { id: 'cron-schedule', label: 'cron-schedule, a timer per task', grid: 'wall', prepare: cronSchedule },
  { id: 'effect', label: 'effect `Schedule.fixed`', grid: 'registered', prepare: effect },
  { id: 'croner', label: 'croner', grid: 'wall', prepare: croner },
  { id: 'cron', label: 'cron', grid: 'wall', prepare: cron },
  { id: 'node-cron', label: 'node-cron', grid: 'wall', prepare: nodeCron },
  { id: 'node-schedule', label: 'node-schedule', grid: 'wall', prepare: nodeSchedule },
  { id: 'runwell', label: 'Runwell, all due in one instant', grid: 'wall', prepare: runwell },
]

export function candidateOf(id: string | undefined): Candidate {
  const candidate = candidates.find((one) => one.id === id)
  if (candidate === undefined) throw new Error(`No candidate is called ${id}`)
  return candidate
}

const everySecond = '* * * * * *'

function times(count: number, act: (index: number) => unknown): void {
  for (let index = 0; index < count; index++) act(index)
}

function raw(): Start {
  return (count, runOf) => times(count, (index) => setInterval(runOf(index), 1_000))
}

function oneTimer(): Start {
  return (count, runOf) => {
    const runs = Array.from({ length: count }, (_, index) => runOf(index))
    setInterval(() => {
      for (const run of runs) void run()
    }, 1_000)
  }
}

async function toad(): Promise<Start> {
  const { AsyncTask, SimpleIntervalJob, ToadScheduler } = await import('toad-scheduler')
  return (count, runOf) => {
    const scheduler = new ToadScheduler()
    times(count, (index) => {
      const task = new AsyncTask(`task.${index}`, runOf(index))
      scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ seconds: 1 }, task, { id: `task.${index}` }))
    })
  }
}

async function cronSchedule(): Promise<Start> {
  const { parseCronExpression } = await import('cron-schedule')
  const { TimerBasedCronScheduler } = await import('cron-schedule/schedulers/timer-based.js')
  return (count, runOf) =>
    times(count, (index) =>
      TimerBasedCronScheduler.setInterval(parseCronExpression(everySecond), runOf(index)),
    )
}

async function effect(): Promise<Start> {
  const { Effect, Schedule } = await import('effect')
  return (count, runOf) =>
    times(count, (index) => {
      const task = Effect.promise(runOf(index))
      return Effect.runFork(Effect.schedule(task, Schedule.fixed('1 second')))
    })
}

async function croner(): Promise<Start> {
  const { Cron } = await import('croner')
  return (count, runOf) =>
    times(count, (index) => new Cron(everySecond, { protect: true, catch: true }, runOf(index)))
}

async function cron(): Promise<Start> {
  const { CronJob } = await import('cron')
  return (count, runOf) =>
    times(count, (index) =>
      CronJob.from({ cronTime: everySecond, onTick: runOf(index), start: true, waitForCompletion: true }),
    )
}

async function nodeCron(): Promise<Start> {
  const { default: nodeCron } = await import('node-cron')
  return (count, runOf) =>
    times(count, (index) => nodeCron.schedule(everySecond, runOf(index), { noOverlap: true }))
}

async function nodeSchedule(): Promise<Start> {
  const { default: schedule } = await import('node-schedule')
  return (count, runOf) => times(count, (index) => schedule.scheduleJob(everySecond, runOf(index)))
}

async function runwell(): Promise<Start> {
  const { every, Supervisor } = await import('@runwell/core')
  return (count, runOf) => {
    const supervisor = new Supervisor({ observers: [] })
    times(count, (index) => {
      const schedule = every('1s', { anchor: 'epoch' })
      supervisor.register({ name: `task.${index}`, schedule, run: runOf(index) })
    })
    void supervisor.start()
  }
}
