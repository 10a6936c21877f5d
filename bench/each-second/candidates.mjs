/**
 * Ways to run `count` tasks each second, each by its own documented call. `prepare` loads the module; what it returns
 * starts the tasks: it asks `runOf(index)` for the function of each when it registers it. `grid` says when a run is due:
 * on the full `wall` second, or whole seconds after the task was `registered`.
 */
export const candidates = [
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

const everySecond = '* * * * * *'

function times(count, make) {
  return Array.from({ length: count }, (_, index) => make(index))
}

function raw() {
  return (count, runOf) => times(count, (index) => setInterval(runOf(index), 1_000))
}

function oneTimer() {
  return (count, runOf) => {
    const runs = times(count, runOf)
    setInterval(() => {
      for (const run of runs) void run()
    }, 1_000)
  }
}

async function toad() {
  const { AsyncTask, SimpleIntervalJob, ToadScheduler } = await import('toad-scheduler')
  return (count, runOf) => {
    const scheduler = new ToadScheduler()
    times(count, (index) => {
      const task = new AsyncTask(`task.${index}`, runOf(index))
      scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ seconds: 1 }, task, { id: `task.${index}` }))
    })
  }
}

async function cronSchedule() {
  const { parseCronExpression } = await import('cron-schedule')
  const { TimerBasedCronScheduler } = await import('cron-schedule/schedulers/timer-based.js')
  return (count, runOf) =>
    times(count, (index) =>
      TimerBasedCronScheduler.setInterval(parseCronExpression(everySecond), runOf(index)),
    )
}

async function effect() {
  const { Effect, Schedule } = await import('effect')
  return (count, runOf) =>
    times(count, (index) => {
      const task = Effect.promise(runOf(index))
      return Effect.runFork(Effect.schedule(task, Schedule.fixed('1 second')))
    })
}

async function croner() {
  const { Cron } = await import('croner')
  return (count, runOf) =>
    times(count, (index) => new Cron(everySecond, { protect: true, catch: true }, runOf(index)))
}

async function cron() {
  const { CronJob } = await import('cron')
  return (count, runOf) =>
    times(count, (index) =>
      CronJob.from({ cronTime: everySecond, onTick: runOf(index), start: true, waitForCompletion: true }),
    )
}

async function nodeCron() {
  const { default: nodeCron } = await import('node-cron')
  return (count, runOf) =>
    times(count, (index) => nodeCron.schedule(everySecond, runOf(index), { noOverlap: true }))
}

async function nodeSchedule() {
  const { default: schedule } = await import('node-schedule')
  return (count, runOf) => times(count, (index) => schedule.scheduleJob(everySecond, runOf(index)))
}

async function runwell() {
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
