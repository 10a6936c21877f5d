import { processWide } from '../base/process-wide.ts'

/** The stops that end this process, one for each supervisor: how many still run, and their highest exit code so far. */
interface Exits {
  open: number
  code: number
}

/** Registers a stop that ends the process. Returns a function to call with the exit code when the stop is over. */
export function exitTogether(exit: (code: number) => void): (code: number) => void {
  const exits = processWide<Exits>('exits', () => ({ open: 0, code: 0 }))
  exits.open += 1
  return (code) => {
    exits.open -= 1
    exits.code = Math.max(exits.code, code)
    // The last stop ends the process. If the first one did, it would cut off the runs of the other supervisors.
    if (exits.open > 0) return
    const worst = exits.code
    exits.code = 0 // if exit() is replaced, the process continues
    exit(worst)
  }
}
