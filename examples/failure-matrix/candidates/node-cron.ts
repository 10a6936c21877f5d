import cron from 'node-cron'
import { type Candidate, cronAt, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const task = cron.schedule('* * * * * *', run, {
      name: 'job',
      ...(overlap === 'guarded' ? { noOverlap: true } : {}),
    })
    let skipped = 0
    let missed = 0
    task.on('execution:overlap', () => {
      skipped++
    })
    task.on('execution:missed', () => {
      missed++
    })
    return {
      counted: () => ({ skipped, missed }),
      async stop(deadlineMs) {
        await cron.shutdown(deadlineMs)
        return undefined
      },
    }
  },
  inTwoHours: (run) => void cron.schedule(cronAt(twoHoursMs), run),
  inFortyDays: (run) => void cron.schedule(cronAt(fortyDaysMs), run),
}
