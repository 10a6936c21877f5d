import { processWide } from '../base/process-wide.ts'

interface Exits {
  open: number
  code: number
}

/** Registers a stop. When this stop is over, the caller must call the returned function with the exit code. */
export function exitTogether(exit: (code: number) => void): (code: number) => void {
  const exits = processWide<Exits>('exits', () => ({ open: 0, code: 0 }))
  exits.open += 1
  return (code) => {
    exits.open -= 1
    exits.code = Math.max(exits.code, code)
    // Other supervisors are still stopping. An exit now would interrupt their runs.
    if (exits.open > 0) return
    const worst = exits.code
    exits.code = 0 // a test can replace `exit()` by a function that returns
    exit(worst)
  }
}
