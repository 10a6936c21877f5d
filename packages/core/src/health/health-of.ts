import { isOpen, type RuleEpisode } from './episode.ts'
import type { TaskFacts } from './facts.ts'
import { startsAt } from './flap.ts'
import type { HealthRule } from './rule.ts'
import {
  flapping,
  type HealthReason,
  healthStatuses,
  noSuccess,
  notJudged,
  type TaskHealth,
} from './status.ts'
import { type HealthState, type SuccessDoubt, statusOf } from './step-health.ts'

/** The facts and the rules of a task when its health is read. With them, the reasons show current values. */
export interface HealthReading {
  readonly facts: TaskFacts
  readonly rules: readonly HealthRule[]
  /** Why the rules are not evaluated at present; `undefined` if they are evaluated. */
  readonly heldBy: 'pause' | 'standby' | 'stop' | undefined
}

const noReasons: readonly HealthReason[] = Object.freeze([])

/**
 * Returns the health of a task: its status and the reasons, worst first. A reason is a rule with an open episode, a
 * rule that threw, or another cause such as a missing success.
 *
 * @param unknownSince - wall time since which the health is `unknown`, if there is no `state`
 * @param reading - without it, the reasons have the values of the last evaluation
 */
export function healthOf(
  state: HealthState | undefined,
  unknownSince = 0,
  reading?: HealthReading,
): TaskHealth {
  if (state === undefined) {
    const reasons = [unknownReason(unknownSince, reading)]
    return { status: 'unknown', since: unknownSince, flapping: false, reasons }
  }
  const { status, since, flap, episodes, doubt } = state
  const found = withDoubt(episodes === undefined ? noReasons : reasonsOf(episodes, reading), doubt, reading)
  const reasons = status === 'healthy' ? found : withStatus(state, found, reading)
  return { status, since, flapping: flap?.flapping ?? false, reasons }
}

/** Adds a reason if no finding explains the status. While the task flaps, its status may be worse than all findings. */
function withStatus(
  { status, since, flap }: HealthState,
  found: readonly HealthReason[],
  reading: HealthReading | undefined,
): readonly HealthReason[] {
  if (flap?.flapping && status !== 'healthy' && !found.some((each) => each.status === status)) {
    const { changes } = flap
    const reason = `its health got worse again ${changes} times; it counts as ${status} until it is stable`
    return [{ rule: flapping, status, value: changes, limit: startsAt, since, reason }, ...found]
  }
  if (found.length > 0 || status === 'healthy') return found
  if (status === 'unknown') return [unknownReason(since, reading)]
  const reason = 'the rules that found this were replaced, and the new ones have not been asked yet'
  return [{ rule: notJudged, status, value: 0, limit: 0, since, reason }]
}

function unknownReason(since: number, reading: HealthReading | undefined): HealthReason {
  return { rule: noSuccess, status: 'unknown', value: 0, limit: 0, since, reason: unknownText(reading) }
}

function unknownText(reading: HealthReading | undefined): string {
  if (reading?.rules.length === 0) return 'it has no health rules'
  if (reading?.facts.task.schedule.restarts) return 'has not come up yet'
  return reading === undefined || reading.facts.runs === 0 ? 'no run has ended yet' : 'has not succeeded yet'
}

function reasonsOf(
  episodes: readonly RuleEpisode[],
  reading: HealthReading | undefined,
): readonly HealthReason[] {
  const reported = episodes.filter((episode) => isOpen(episode) || episode.phase === 'failing')
  return reported.map((episode) => reasonOf(episode, reading)).sort(worstFirst)
}

/**
 * Adds the reason that a success is missing. This reason is only degraded, so it is left out if a rule has found
 * something unhealthy.
 */
function withDoubt(
  reasons: readonly HealthReason[],
  doubt: SuccessDoubt | undefined,
  reading: HealthReading | undefined,
): readonly HealthReason[] {
  if (doubt === undefined || reasons.some(({ status }) => status === 'unhealthy')) return reasons
  return [...reasons, doubtReason(doubt, reading)].sort(worstFirst)
}

function worstFirst(a: HealthReason, b: HealthReason): number {
  return healthStatuses.indexOf(b.status) - healthStatuses.indexOf(a.status) || a.since - b.since
}

function reasonOf(episode: RuleEpisode, reading: HealthReading | undefined): HealthReason {
  const { rule, since, value, limit, reason } = episode
  const status = statusOf(episode)
  const stored = { rule, status: status === 'healthy' ? 'unknown' : status, value, limit, since } as const
  if (episode.phase === 'failing') return { ...stored, reason }
  const { threw, lost } = episode
  if (threw !== undefined || lost)
    return { ...stored, reason: `${threw ?? 'no data any more'}; before: ${reason}` }
  const present = reading && reading.heldBy !== 'stop' ? judgeAgain(episode, reading) : undefined
  const held = reading?.heldBy
  // During a pause or a standby, the task keeps its status, but a rule that is called now may find another status. For
  // instance, a paused loop is no longer parked. The new reason would then contradict the status.
  if (present?.kind === 'bad' && (held === undefined || present.status === status)) {
    const { status: level, value: measured, limit: exceeded, reason: text } = present
    const when = held ? `before the ${held}: ` : ''
    return { rule, since, status: level, value: measured, limit: exceeded, reason: `${when}${text}` }
  }
  if (held) return { ...stored, reason: `before the ${held}: ${reason}` }
  const isOver = episode.phase === 'clearing' || present?.kind === 'fine'
  return { ...stored, reason: isOver ? `over, but not cleared yet; before: ${reason}` : reason }
}

/**
 * Calls the rule of an open episode again. Returns `undefined` if the rule has no `changesWithTime`, or if it throws.
 */
function judgeAgain({ rule: name }: RuleEpisode, { rules, facts }: HealthReading) {
  const rule = rules.find((other) => other.name === name)
  if (rule?.changesWithTime !== true) return undefined
  try {
    return rule.judge(facts, true)
  } catch {
    return undefined
  }
}

/** No rule reports that a success is missing, so the reason is written here. */
function doubtReason({ why, since }: SuccessDoubt, reading: HealthReading | undefined): HealthReason {
  const part = { rule: noSuccess, status: 'degraded', limit: 0, since } as const
  if (why === 'last-run-failed') {
    const value = reading?.facts.consecutiveFailures ?? 1
    return { ...part, value, reason: recoversText(reading) }
  }
  if (reading === undefined) return { ...part, value: 1, reason: 'has not succeeded yet' }
  const { failures, runs, task } = reading.facts
  const hope = task.schedule.restarts ? 'come up' : 'succeeded'
  return { ...part, value: failures, reason: `has not ${hope} yet: ${failures} of ${runs} runs failed` }
}

/** Describes when the task recovers. For a loop this is not a success, because its runs may never end. */
function recoversText(reading: HealthReading | undefined): string {
  const { restarts, startedBy } = reading?.facts.task.schedule ?? {}
  if (!restarts) return 'its last run failed; it recovers with the next success'
  return startedBy === 'call'
    ? 'it is down; it recovers when it is up again'
    : 'it is down; it recovers when it calls ready() or beat(), or has run for 10 s'
}
