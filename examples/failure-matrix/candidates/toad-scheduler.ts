import { AsyncTask, LongIntervalJob, SimpleIntervalJob, ToadScheduler } from 'toad-scheduler'
import { type Candidate, fortyDaysMs, type Run, twoHoursMs } from '../candidate.ts'

/** As its README has it: an `AsyncTask` without an error handler of its own. */
function taskOf(run: Run): AsyncTask {
  return new AsyncTask('job', () => run() as Promise<void>)
}

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const scheduler = new ToadScheduler()
    // Its guard is on unless it is turned off.
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
