import { type Candidate, fortyDaysMs, twoHoursMs } from '../candidate.ts'

export const candidate: Candidate = {
  hasGuard: false,
  everySecond(run) {
    let timer = setInterval(run, 1_000)
    return {
      stop() {
        clearInterval(timer)
        return undefined
      },
      async remove() {
        clearInterval(timer)
      },
      reschedule() {
        clearInterval(timer)
        timer = setInterval(run, 1_000)
      },
    }
  },
  daily(run, inMs) {
    setTimeout(run, inMs)
    return {}
  },
  inTwoHours: (run) => void setTimeout(run, twoHoursMs),
  inFortyDays: (run) => void setInterval(run, fortyDaysMs),
}
