/** How often the event loop was held, for how long in all, and in how much time. */
export interface Stalls {
  readonly events: number
  readonly lagMs: number
  /** Time in which they were counted, the stalls included. */
  readonly totalMs: number
}

/** The same of one task: the stalls while it was active, and how long it was. */
export interface Activity {
  readonly events: number
  readonly lagMs: number
  readonly activeMs: number
  /** How often it became active. */
  readonly spans: number
}

/** What speaks against a task. */
export interface Suspicion {
  readonly events: number
  /** So many times more lag per second while it is active than while it is not. */
  readonly score: number
  /** So much likelier is what was seen if it has to do with the stalls than if it only happened to be active. */
  readonly odds: number
}

/** Fewer stalls than this accuse nobody. */
const leastEvents = 5
const leastScore = 3
/** A task that is idle for less of the time can't be told from the rest of the process. */
const leastIdle = 0.1
/** With less than this a task is not even suspicious. To be named it takes as much against each other task. */
const leastOdds = 50
/** Where a stall began is known up to one probe: who ended in half of that, on average, counts as active too. */
const blurMs = 12.5

/** What speaks against a task; `undefined` where it may well be chance. */
export function suspicionOf(task: Activity, all: Stalls): Suspicion | undefined {
  const { events, lagMs } = task
  const freeMs = all.totalMs - all.lagMs
  const activeMs = task.activeMs - lagMs + task.spans * blurMs
  const share = Math.min(0.999, Math.max(0.01, activeMs / freeMs))
  const odds = Math.exp(Math.min(700, logOdds(events, all.events, share)))
  if (odds < leastOdds || 1 - share < leastIdle || events < all.events / 2) return undefined
  // One stall's worth of doubt: without any lag in idle time the quotient would be infinite at once.
  const idleLagMs = Math.max(all.lagMs - lagMs, (lagMs / events) * 0.5)
  return { events, odds, score: lagMs / share / (idleLagMs / (1 - share)) }
}

/**
 * Which of the suspicions names its task; `undefined` if none does. Tasks that are always active together can't be told
 * apart, so who is named was active at more stalls than any other suspicious one.
 *
 * @param known - how many tasks there are: code that is no task is as likely as all of them together
 */
export function prime<S extends Suspicion>(suspicions: readonly S[], known: number): S | undefined {
  const [best, rival] = [...suspicions].sort((a, b) => b.events - a.events)
  if (best === undefined || (rival !== undefined && rival.events === best.events)) return undefined
  const isNamed = best.events >= leastEvents && best.score >= leastScore && best.odds >= leastOdds * known
  return isNamed ? best : undefined
}

/** The logarithm of the odds, if it has to do with as many of the stalls as were seen. */
function logOdds(events: number, all: number, share: number): number {
  const seen = Math.min(0.98, events / all)
  if (seen <= share) return 0
  return events * Math.log(seen / share) + (all - events) * Math.log((1 - seen) / (1 - share))
}
