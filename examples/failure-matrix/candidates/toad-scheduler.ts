import { AsyncTask, CronJob, LongIntervalJob, SimpleIntervalJob, ToadScheduler } from 'toad-scheduler'
import { type Candidate, fortyDaysMs, type Run, twoHoursMs } from '../candidate.ts'

/** As in the README of toad-scheduler: without an error handler. */
function taskOf(run: Run): AsyncTask {
  return new AsyncTask('job', () => run() as Promise<void>)
}

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const scheduler = new ToadScheduler()
    // By default, toad-scheduler prevents overlapping runs.
    const options = { id: 'job', ...(overlap === 'free' ? { preventOverrun: false } : {}) }
    const add = () =>
      scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ seconds: 1 }, taskOf(run), options))
    add()
    return {
      async remove() {
        scheduler.removeById('job')
      },
      // toad-scheduler cannot reschedule a job, so a new job replaces it.
      reschedule() {
        scheduler.removeById('job')
        add()
      },
      stop() {
        scheduler.stop()
        return undefined
      },
    }
  },
  daily(run, inMs) {
    new ToadScheduler().addSimpleIntervalJob(new SimpleIntervalJob({ milliseconds: inMs }, taskOf(run)))
    return {}
  },
  dailyInZone(run, cronExpression, timezone) {
    new ToadScheduler().addCronJob(new CronJob({ cronExpression, timezone }, taskOf(run)))
  },
  inTwoHours(run) {
    const job = new SimpleIntervalJob({ milliseconds: twoHoursMs }, taskOf(run))
    new ToadScheduler().addSimpleIntervalJob(job)
  },
  inFortyDays(run) {
    new ToadScheduler().addLongIntervalJob(new LongIntervalJob({ milliseconds: fortyDaysMs }, taskOf(run)))
  },
}
