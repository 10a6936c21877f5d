import cron from 'node-cron'
import { type Candidate, cronAt, dailyAt, fortyDaysMs, type Run, twoHoursMs } from '../candidate.ts'

interface Counts {
  skipped: number
  missed: number
}

function schedule(run: Run, isGuarded: boolean, counts: Counts, expression = '* * * * * *') {
  const task = cron.schedule(expression, run, { name: 'job', ...(isGuarded ? { noOverlap: true } : {}) })
  task.on('execution:overlap', () => {
    counts.skipped++
  })
  task.on('execution:missed', () => {
    counts.missed++
  })
  return task
}

export const candidate: Candidate = {
  hasGuard: true,
  everySecond(run, overlap) {
    const counts: Counts = { skipped: 0, missed: 0 }
    let task = schedule(run, overlap === 'guarded', counts)
    return {
      counted() {
        const last = task.lastRun()
        const error = last && 'error' in last ? last.error : undefined
        return { ...counts, lastError: error?.message }
      },
      async stop(deadlineMs) {
        await cron.shutdown(deadlineMs)
        return undefined
      },
      remove: async () => task.destroy(),
      // node-cron cannot reschedule a job, so a new job replaces it.
      reschedule() {
        void task.destroy()
        task = schedule(run, overlap === 'guarded', counts)
      },
    }
  },
  daily(run, inMs) {
    const counts: Counts = { skipped: 0, missed: 0 }
    schedule(run, false, counts, dailyAt(inMs))
    return { counted: () => counts }
  },
  dailyInZone: (run, expression, timezone) => void cron.schedule(expression, run, { timezone }),
  everySecondOnOneHost(run, isChosen) {
    process.env['NODE_CRON_RUN'] = String(isChosen)
    cron.schedule('* * * * * *', run, { name: 'job', distributed: true })
  },
  inTwoHours: (run) => void cron.schedule(cronAt(twoHoursMs), run),
  inFortyDays: (run) => void cron.schedule(cronAt(fortyDaysMs), run),
}
