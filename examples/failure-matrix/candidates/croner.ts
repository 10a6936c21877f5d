import { Cron } from 'croner'
import { type Candidate, cronAt, dailyAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const create = () => new Cron('* * * * * *', overlap === 'guarded' ? { protect: true } : {}, run)
    let job = create()
    return {
      stop() {
        job.stop()
        return undefined
      },
      async remove() {
        job.stop()
      },
      // croner cannot reschedule a job, so a new job replaces it.
      reschedule() {
        job.stop()
        job = create()
      },
    }
  },
  daily(run, inMs) {
    new Cron(dailyAt(inMs), run)
    return {}
  },
  dailyInZone: (run, expression, timezone) => void new Cron(expression, { timezone }, run),
  inTwoHours: (run) => void new Cron(new Date(Date.now() + twoHoursMs).toISOString(), run),
  inFortyDays: (run) => void new Cron(cronAt(fortyDaysMs), run),
}
