import { AsyncTask, LongIntervalJob, SimpleIntervalJob, ToadScheduler } from 'toad-scheduler'
import { type Candidate, fortyDaysMs, type Run, twoHoursMs } from '../candidate.ts'

/** As in its README: an `AsyncTask` without an error handler. */
function taskOf(run: Run): AsyncTask {
  return new AsyncTask('job', () => run() as Promise<void>)
}

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const scheduler = new ToadScheduler()
    // Overlap protection is on by default.
    const options = overlap === 'free' ? { preventOverrun: false } : {}
    scheduler.addSimpleIntervalJob(new SimpleIntervalJob({ seconds: 1 }, taskOf(run), options))
    return {
      stop() {
        scheduler.stop()
        return undefined
      },
    }
  },
  inTwoHours(run) {
    const job = new SimpleIntervalJob({ milliseconds: twoHoursMs }, taskOf(run))
    new ToadScheduler().addSimpleIntervalJob(job)
  },
  inFortyDays(run) {
    new ToadScheduler().addLongIntervalJob(new LongIntervalJob({ milliseconds: fortyDaysMs }, taskOf(run)))
  },
}
