// Stops 100 tasks in flight with one candidate, 5 of which never end; prints how the stop went.
// Runs of Runwell heed their signal, as runs there do; those of the others end by themselves 1 s after the stop was
// asked for, for they are told nothing.
const [id, deadlineMs] = [process.argv[2], Number(process.argv[3])]
const inFlight = 100
const isDeaf = (index) => index % 20 === 0
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const classes = ['low', 'normal', 'high', 'critical']

let begun = 0
const ended = []
let stopping = () => {}
const stopAsked = new Promise((resolve) => {
  stopping = resolve
})

/** The run of task `index`. */
async function work(index, signal) {
  begun++
  if (isDeaf(index)) return new Promise(() => {})
  await (signal === undefined ? stopAsked.then(() => sleep(1_000)) : aborted(signal).then(() => sleep(20)))
  ended.push({ index, at: performance.now() })
}

function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', resolve, { once: true })
  })
}

const indexes = Array.from({ length: inFlight }, (_, index) => index)

/** Each starts its tasks, and answers the documented way to stop them all: what that gives, or nothing. */
const ways = {
  async 'node-cron'() {
    const { default: cron } = await import('node-cron')
    for (const index of indexes) cron.schedule('* * * * * *', () => work(index), { noOverlap: true })
    return () => cron.shutdown(deadlineMs)
  },
  async cron() {
    const { CronJob } = await import('cron')
    const jobs = indexes.map((index) =>
      CronJob.from({
        cronTime: '* * * * * *',
        onTick: () => work(index),
        start: true,
        waitForCompletion: true,
      }),
    )
    return () => Promise.all(jobs.map((job) => job.stop())).then(() => undefined)
  },
  async 'node-schedule'() {
    const { default: schedule } = await import('node-schedule')
    // It has no overlap guard: once a minute, so that each job has one run.
    const second = (new Date().getSeconds() + 2) % 60
    for (const index of indexes) schedule.scheduleJob(`${second} * * * * *`, () => work(index))
    return () => schedule.gracefulShutdown()
  },
  async toad() {
    const { AsyncTask, SimpleIntervalJob, ToadScheduler } = await import('toad-scheduler')
    const scheduler = new ToadScheduler()
    for (const index of indexes) {
      scheduler.addSimpleIntervalJob(
        new SimpleIntervalJob({ seconds: 1 }, new AsyncTask(`${index}`, () => work(index))),
      )
    }
    return async () => scheduler.stop()
  },
  async runwell() {
    const { every, Supervisor } = await import('@runwell/core')
    const supervisor = new Supervisor({ observers: [] })
    for (const index of indexes) {
      supervisor.register({
        name: `task.${index}`,
        priority: classes[index % 4],
        schedule: every('1s', { immediate: true }),
        run: ({ signal }) => work(index, signal),
      })
    }
    await supervisor.start()
    return () => supervisor.stop({ deadline: deadlineMs })
  },
}

const stop = await ways[id]()
while (begun < inFlight) await sleep(10)
await sleep(100)

const began = performance.now()
stopping()
const capMs = deadlineMs + 3_000
const outcome = await Promise.race([
  stop().then((report) => ({ report })),
  sleep(capMs).then(() => undefined),
])
const tookMs = outcome === undefined ? null : performance.now() - began
const report = outcome?.report

/** Whether the last run of each class had ended before the first of the next class did. */
function keptOrder() {
  const ends = classes.map((_, place) => ended.filter(({ index }) => index % 4 === place).map(({ at }) => at))
  return ends.every((ats, place) => place === 0 || Math.min(...ats) >= Math.max(...ends[place - 1]))
}

console.log(
  JSON.stringify({
    tookMs,
    endedBefore: ended.length,
    named: report?.abandoned?.length ?? 0,
    inOrder: id === 'runwell' ? keptOrder() : null,
  }),
)
process.exit(0)
