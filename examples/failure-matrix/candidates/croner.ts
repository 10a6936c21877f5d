import { Cron } from 'croner'
import { type Candidate, cronAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const job = new Cron('* * * * * *', overlap === 'guarded' ? { protect: true } : {}, run)
    return {
      stop() {
        job.stop()
        return undefined
      },
    }
  },
  inTwoHours: (run) => void new Cron(new Date(Date.now() + twoHoursMs).toISOString(), run),
  inFortyDays: (run) => void new Cron(cronAt(fortyDaysMs), run),
}
