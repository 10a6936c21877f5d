import { CronJob } from 'cron'
import { type Candidate, cronAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    // `stop()` waits for the run only with `waitForCompletion`, which is also the overlap protection.
    const waitForCompletion = overlap === 'guarded'
    const job = CronJob.from({ cronTime: '* * * * * *', onTick: run, start: true, waitForCompletion })
    return {
      async stop() {
        await job.stop()
        return undefined
      },
    }
  },
  inTwoHours(run) {
    const cronTime = new Date(Date.now() + twoHoursMs)
    CronJob.from({ cronTime, onTick: run, start: true })
  },
  inFortyDays: (run) => void CronJob.from({ cronTime: cronAt(fortyDaysMs), onTick: run, start: true }),
}
