import schedule from 'node-schedule'
import { type Candidate, cronAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: false,
  everySecond(run) {
    schedule.scheduleJob('job', '* * * * * *', run)
    return {
      async stop() {
        await schedule.gracefulShutdown()
        return undefined
      },
    }
  },
  inTwoHours: (run) => void schedule.scheduleJob(new Date(Date.now() + twoHoursMs), run),
  inFortyDays: (run) => void schedule.scheduleJob(cronAt(fortyDaysMs), run),
}
