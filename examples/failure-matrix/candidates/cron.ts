import { CronJob, CronTime } from 'cron'
import { type Candidate, cronAt, dailyAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

const eachSecond = '* * * * * *'

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    // `stop()` waits for the run only with `waitForCompletion`. This option also prevents overlapping runs.
    const waitForCompletion = overlap === 'guarded'
    const job = CronJob.from({ cronTime: eachSecond, onTick: run, start: true, waitForCompletion })
    return {
      async stop() {
        await job.stop()
        return undefined
      },
      remove: async () => job.stop(),
      reschedule: () => job.setTime(new CronTime(eachSecond)),
    }
  },
  daily(run, inMs) {
    CronJob.from({ cronTime: dailyAt(inMs), onTick: run, start: true })
    return {}
  },
  dailyInZone(run, cronTime, timeZone) {
    CronJob.from({ cronTime, onTick: run, start: true, timeZone })
  },
  inTwoHours(run) {
    const cronTime = new Date(Date.now() + twoHoursMs)
    CronJob.from({ cronTime, onTick: run, start: true })
  },
  inFortyDays: (run) => void CronJob.from({ cronTime: cronAt(fortyDaysMs), onTick: run, start: true }),
}
