/**
 * Loaded before the program, with `--import`: lets the parent shift the wall clock of this process only. The clock
 * of the operating system is the same for all processes. Monotonic time stays as it is.
 */
const real = Date.now
let aheadMs = 0

Date.now = () => real() + aheadMs

export function setClockAhead(ms: number): void {
  aheadMs = ms
}

/** The time of the machine. */
export function realNow(): number {
  return real()
}
