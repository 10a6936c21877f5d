import { processWide } from '../base/process-wide.ts'

/** The stops of this process that end it: several supervisors may handle the same signal. */
interface Exits {
  open: number
  code: number
}

/** Notes a stop that ends the process. Returns what to call when it is over, with its exit code. */
export function exitTogether(exit: (code: number) => void): (code: number) => void {
  const exits = processWide<Exits>('exits', () => ({ open: 0, code: 0 }))
  exits.open += 1
  return (code) => {
    exits.open -= 1
    exits.code = Math.max(exits.code, code)
    // The first one to end would cut the runs of the others.
    if (exits.open > 0) return
    const worst = exits.code
    exits.code = 0 // where exit() is replaced, the process lives on
    exit(worst)
  }
}
