import type { RestartPolicy } from './policy.ts'

/** What has been of the restarts of one loop. Plain data, changed in place. */
export interface RestartLedger {
  /** Restarts in a row, none of which led to a good generation. */
  streak: number
  /** Monotonic times of the restarts that the budget still minds, ascending; never more than it allows. */
  log: number[]
  /** How often in a row it was parked. */
  parks: number
  /** Restarts ever. */
  total: number
}

export function newLedger(): RestartLedger {
  return { streak: 0, log: [], parks: 0, total: 0 }
}

/** A restart happens now: it goes through the budget, trials of a parked task too. */
export function recordRestart({ budget }: RestartPolicy, ledger: RestartLedger, at: number): void {
  ledger.streak += 1
  ledger.total += 1
  ledger.log.push(at)
  const { log } = ledger
  while (log.length > budget.restarts || isOlder(log[0], at, budget.withinMs)) log.shift()
}

/** How many restarts there were in the window of `withinMs` that ends at `now`, its ends included. */
export function inWindow({ log }: RestartLedger, now: number, withinMs: number): number {
  let count = 0
  for (let at = log.length - 1; at >= 0 && !isOlder(log[at], now, withinMs); at -= 1) count += 1
  return count
}

/** The first instant, `from` or later, at which one more restart is within the budget; `Infinity` for a budget of none. */
export function allowedFrom({ budget }: RestartPolicy, { log }: RestartLedger, from: number): number {
  if (budget.restarts === 0) return Number.POSITIVE_INFINITY
  const oldest = log[log.length - budget.restarts]
  if (oldest === undefined || isOlder(oldest, from, budget.withinMs)) return from
  // The window is closed: a restart that lies exactly so far back still counts.
  return oldest + budget.withinMs + 1
}

function isOlder(at: number | undefined, now: number, withinMs: number): boolean {
  return at !== undefined && now - at > withinMs
}
