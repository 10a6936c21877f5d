/** One function for all of them, so that what is weighed is the candidate's own. */
const task = async () => {}

/**
 * What is measured: `count` hourly tasks, registered and armed by each candidate's own documented call; fewer of those
 * that are `slow`, which changes neither of the numbers per task. `register`
 * returns what keeps them alive; modules are loaded before the clock starts.
 */
export const candidates = [
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

const hourMs = 3_600_000

function times(count, make) {
  return Array.from({ length: count }, (_, index) => make(index))
}

function raw() {
  return (count) => times(count, () => setInterval(task, hourMs))
}

async function toad() {
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

async function effect() {
  const { Effect, Schedule } = await import('effect')
  return (count) =>
    times(count, () => Effect.runFork(Effect.repeat(Effect.promise(task), Schedule.spaced('1 hour'))))
}

async function cronSchedule() {
  const { parseCronExpression } = await import('cron-schedule')
  const { TimerBasedCronScheduler } = await import('cron-schedule/schedulers/timer-based.js')
  return (count) =>
    times(count, () => TimerBasedCronScheduler.setInterval(parseCronExpression('7 * * * *'), task))
}

async function cron() {
  const { CronJob } = await import('cron')
  return (count) =>
    times(count, () =>
      CronJob.from({ cronTime: '7 * * * *', onTick: task, start: true, timeZone: 'Europe/Berlin' }),
    )
}

async function nodeCron() {
  const { default: nodeCron } = await import('node-cron')
  return (count) => times(count, () => nodeCron.schedule('7 * * * *', task, { timezone: 'Europe/Berlin' }))
}

async function nodeSchedule() {
  const { default: schedule } = await import('node-schedule')
  return (count) => times(count, () => schedule.scheduleJob({ rule: '7 * * * *', tz: 'Europe/Berlin' }, task))
}

async function croner() {
  const { Cron } = await import('croner')
  return (count) => times(count, () => new Cron('7 * * * *', { timezone: 'Europe/Berlin' }, task))
}

async function runwell(scheduleOf) {
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
