import { type Duration, durationFrom, formatMs } from '../../base/duration.ts'
import { upAfterMs } from '../../base/schedule-info.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, limitWithEnd, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, levelsFrom, type RuleOptions, ruleOptions } from '../rule-options.ts'

/**
 * The problem ends without an event, when old restarts leave the time window of the budget. So the rule is evaluated
 * again after this time.
 */
const budgetRecheckMs = 30_000
const restartsOptions = ruleOptions({})

/**
 * Finds a loop that uses up its restart budget. For an external connection, each time that it comes up again counts
 * as a restart.
 *
 * - Degraded: from half of the budget, until at most a quarter is used.
 * - Unhealthy: while the loop is parked or is not restarted any more.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function restarts(options: RuleOptions = {}): HealthRule {
  return Object.freeze({
    ...commonOf('restarts', options, restartsOptions),
    changesWithTime: true,
    describe: ({ restarts: { limit } }: TaskFacts) =>
      `degraded from ${restartCount(Math.ceil(limit / 2))} in its budget window, unhealthy once the budget of ${limit} is exhausted`,
    judge({ restarts: { inWindow, limit }, givenUp, task }: TaskFacts, firing: boolean): Judgement {
      if (givenUp !== undefined) {
        const isExhausted = givenUp === 'parked' || inWindow >= limit
        const why = isExhausted ? `, limit ${limit}` : ': its option restart allows no more'
        const reason = `${givenUp} after ${restartCount(inWindow)}${why}`
        return bad({ status: 'unhealthy', value: inWindow, limit, reason }, budgetRecheckMs)
      }
      const half = limit / 2
      const isMany = firing ? inWindow > half / 2 : inWindow >= half
      if (!isMany || inWindow === 0) return FINE
      const limits = limitWithEnd(inWindow, half, (count) => wholeCount(count, half))
      const reason =
        task.schedule.startedBy === 'call'
          ? `went down and came up again ${inWindow === 1 ? 'once' : `${inWindow} times`} within a short time, ${limits}`
          : `${inWindow} of ${restartCount(limit)} of its budget used, ${limits}`
      return bad({ status: 'degraded', value: inWindow, limit: half, reason }, budgetRecheckMs)
    },
  })
}

/** The finding begins at the next whole count from `half` on, and ends at the last one below its end. */
function wholeCount(count: number, half: number): string {
  return String(count === half ? Math.ceil(count) : Math.floor(count))
}

function restartCount(count: number): string {
  return count === 1 ? '1 restart' : `${count} restarts`
}

/** Options of `rules.notRunning`. */
export interface NotRunningOptions extends RuleOptions {
  /** The task is degraded if the loop is down for longer than this. @defaultValue `'10s'` */
  readonly degraded?: Duration | undefined
  /** The task is unhealthy if the loop is down for longer than this. @defaultValue `'2m'` */
  readonly unhealthy?: Duration | undefined
}

const aLevel = durationFrom(0, Number.POSITIVE_INFINITY)
const notRunningOptions = ruleOptions({ degraded: aLevel, unhealthy: aLevel })

/**
 * Finds a loop that is down, or an external task with a connection that is down. A loop is up again when a run calls
 * `ready()` or `beat()`, ends a unit, or has lasted for 10 s. For a `loop({ ready: true })`, the 10 s do not count.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function notRunning(options: NotRunningOptions = {}): HealthRule {
  const common = commonOf('not-running', options, notRunningOptions)
  const limits = levelsFrom('not-running', options, { degraded: 10_000, unhealthy: 120_000 }, formatMs)

  return Object.freeze({
    ...common,
    changesWithTime: true,
    // The connection of an external task comes up without the supervisor. A paused loop does not.
    clearsWhileHeld: 'external',
    describe: ({ task }: TaskFacts) =>
      `degraded when ${task.schedule.startedBy === 'call' ? 'its connection' : 'the loop'} is down for more than ${formatMs(limits.degraded)}, unhealthy for more than ${formatMs(limits.unhealthy)}`,
    judge(facts: TaskFacts, isOpen: boolean): Judgement {
      const { downMs, state } = facts
      if (downMs === undefined || state === 'finished') return FINE
      const value = downMs
      if (value <= limits.degraded) return fineUntil(limits.degraded - value)
      const untilUpMs = isOpen ? undefined : untilUp(facts)
      if (untilUpMs !== undefined) return fineUntil(untilUpMs)
      const status = value > limits.unhealthy ? 'unhealthy' : 'degraded'
      const limit = limits[status]
      const reason = `${downText(facts, value)}, limit ${formatMs(limit)}${facts.downError === undefined ? '' : `: ${facts.downError}`}`
      const worseInMs = status === 'unhealthy' ? lookAgainMs : limits.unhealthy - value + 1
      return bad({ status, value, limit, reason, forMs: value }, Math.min(lookAgainMs, worseInMs))
    },
  })
}

function untilUp({ task: { schedule }, oldest }: TaskFacts): number | undefined {
  if (schedule.startedBy === 'call' || oldest === undefined) return undefined
  const ms = upAfterMs(schedule) - oldest.ageMs
  return ms > 0 && Number.isFinite(ms) ? ms : undefined
}

function downText({ task, hasBeenUp }: TaskFacts, downMs: number): string {
  if (task.schedule.startedBy !== 'call') return `the loop has been down for ${formatMs(downMs)}`
  // Without `loop()`, the host may report that its connection went down, but never that it came up.
  return task.schedule.restarts && hasBeenUp !== true
    ? `has not come up for ${formatMs(downMs)}`
    : `has been down for ${formatMs(downMs)}`
}
