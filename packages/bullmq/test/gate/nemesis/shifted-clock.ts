/** Shifts the wall clock of this process only. Node loads this module first, by `--import`. */
const real = Date.now
let aheadMs = 0

Date.now = () => real() + aheadMs

export function setClockAhead(ms: number): void {
  aheadMs = ms
}

export function realNow(): number {
  return real()
}
