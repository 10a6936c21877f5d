/**
 * Node loads this module before the program, by `--import`. It lets the parent shift the wall clock of this process
 * only, because all processes share the clock of the operating system. Monotonic time is not shifted.
 */
const real = Date.now
let aheadMs = 0

Date.now = () => real() + aheadMs

export function setClockAhead(ms: number): void {
  aheadMs = ms
}

/** The wall time of the machine, without the shift. */
export function realNow(): number {
  return real()
}
