import { type Candidate, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: false,
  everySecond(run) {
    const timer = setInterval(run, 1_000)
    return {
      stop() {
        clearInterval(timer)
        return undefined
      },
    }
  },
  inTwoHours: (run) => void setTimeout(run, twoHoursMs),
  inFortyDays: (run) => void setInterval(run, fortyDaysMs),
}
