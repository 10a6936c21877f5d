import type { ResolvedRestart } from './policy.ts'

export interface RestartLedger {
  /** Consecutive restarts since the last stable run, `restart()` or `resume()`. */
  streak: number
  /** Monotonic times of the newest restarts, ascending. */
  log: number[]
  /** How often the loop was parked since the last stable run, `restart()` or `resume()`. */
  parks: number
  total: number
}

export function newLedger(): RestartLedger {
  return { streak: 0, log: [], parks: 0, total: 0 }
}

/** Counts a restart against the budget. The trial of a parked loop is also a restart. */
export function recordRestart({ budget }: ResolvedRestart, ledger: RestartLedger, at: number): void {
  ledger.streak += 1
  ledger.total += 1
  ledger.log.push(at)
  const { log } = ledger
  while (log.length > budget.restarts || isOlder(log[0], at, budget.withinMs)) log.shift()
}

export function inWindow({ log }: RestartLedger, now: number, withinMs: number): number {
  let count = 0
  for (let at = log.length - 1; at >= 0 && !isOlder(log[at], now, withinMs); at -= 1) count += 1
  return count
}

/**
 * Returns the first time from `from` on at which the budget allows a restart; `Infinity` for a budget of 0 restarts.
 */
export function allowedFrom({ budget }: ResolvedRestart, { log }: RestartLedger, from: number): number {
  if (budget.restarts === 0) return Number.POSITIVE_INFINITY
  const oldest = log[log.length - budget.restarts]
  if (oldest === undefined || isOlder(oldest, from, budget.withinMs)) return from
  // A restart exactly `withinMs` ago still counts.
  return oldest + budget.withinMs + 1
}

function isOlder(at: number | undefined, now: number, withinMs: number): boolean {
  return at !== undefined && now - at > withinMs
}
