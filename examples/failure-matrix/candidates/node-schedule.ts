import schedule from 'node-schedule'
import { type Candidate, cronAt, dailyAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

const eachSecond = '* * * * * *'

export const candidate: Candidate = {
  hasGuard: false,
  everySecond(run) {
    const job = schedule.scheduleJob('job', eachSecond, run)
    return {
      async stop() {
        await schedule.gracefulShutdown()
        return undefined
      },
      async remove() {
        job.cancel()
      },
      reschedule: () => void job.reschedule(eachSecond),
    }
  },
  daily(run, inMs) {
    schedule.scheduleJob(dailyAt(inMs), run)
    return {}
  },
  dailyInZone: (run, rule, tz) => void schedule.scheduleJob({ rule, tz }, run),
  inTwoHours: (run) => void schedule.scheduleJob(new Date(Date.now() + twoHoursMs), run),
  inFortyDays: (run) => void schedule.scheduleJob(cronAt(fortyDaysMs), run),
}
