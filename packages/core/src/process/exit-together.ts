import { processWide } from '../base/process-wide.ts'

interface Exits {
  open: number
  code: number
}

/** Registers a stop. Returns a function to call with its exit code when it is over. */
export function exitTogether(exit: (code: number) => void): (code: number) => void {
  const exits = processWide<Exits>('exits', () => ({ open: 0, code: 0 }))
  exits.open += 1
  return (code) => {
    exits.open -= 1
    exits.code = Math.max(exits.code, code)
    // An earlier exit would cut off the runs of other supervisors.
    if (exits.open > 0) return
    const worst = exits.code
    exits.code = 0 // a replaced `exit()` may return
    exit(worst)
  }
}
