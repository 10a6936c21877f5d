import { formatMs } from '../base/duration.ts'
import { upAfterMs } from '../base/schedule-info.ts'
import { isOpen, type RuleEpisode } from './episode.ts'
import type { TaskFacts } from './facts.ts'
import { startsAt } from './flap.ts'
import { inAnyProcess, inThisProcess } from './judgements.ts'
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

export interface HealthReading {
  readonly facts: TaskFacts
  readonly rules: readonly HealthRule[]
  /** Why the rules are not evaluated at present. `undefined` if they are evaluated. */
  readonly heldBy: 'pause' | 'standby' | 'stop' | undefined
}

const noReasons: readonly HealthReason[] = Object.freeze([])

/**
 * Returns the status of a task and its reasons, worst first.
 *
 * @param unknownSince - used if `state` is absent: the wall time since which the health is `unknown`
 * @param reading - if absent, the reasons have the values of the last evaluation
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

/** Adds a reason if the findings do not explain the reported status, for example while the task flaps. */
function withStatus(
  { status, since, flap, worsenedBy }: HealthState,
  found: readonly HealthReason[],
  reading: HealthReading | undefined,
): readonly HealthReason[] {
  if (flap?.flapping && status !== 'healthy' && !found.some((each) => each.status === status)) {
    const { changes } = flap
    const last = worsenedBy === undefined ? '' : `, last when it had the finding "${worsenedBy}"`
    const reason = `its health got worse again ${changes} times${last}; it counts as ${status} until it is stable`
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

/** Adds the reason that a success is missing. This reason is left out if another reason is `unhealthy`. */
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
  // A pause or a standby keeps the status, so a new finding with another status is not shown.
  if (present?.kind === 'bad' && (held === undefined || present.status === status)) {
    const { status: level, value: measured, limit: exceeded, reason: text } = present
    const when = held ? `before the ${held}: ` : ''
    return { rule, since, status: level, value: measured, limit: exceeded, reason: `${when}${text}` }
  }
  if (held) return { ...stored, reason: `before the ${held}: ${reason}` }
  const isOver = episode.phase === 'clearing' || present?.kind === 'fine'
  return { ...stored, reason: isOver ? `over, but not cleared yet; before: ${reason}` : reason }
}

function judgeAgain({ rule: name }: RuleEpisode, { rules, facts }: HealthReading) {
  const rule = rules.find((other) => other.name === name)
  if (rule?.changesWithTime !== true) return undefined
  try {
    return rule.judge(facts, true)
  } catch {
    return undefined
  }
}

function doubtReason({ why, since }: SuccessDoubt, reading: HealthReading | undefined): HealthReason {
  const part = { rule: noSuccess, status: 'degraded', limit: 0, since } as const
  if (why === 'last-run-failed') {
    const value = reading?.facts.consecutiveFailures ?? 1
    return { ...part, value, reason: recoversText(reading) }
  }
  if (reading === undefined) return { ...part, value: 1, reason: 'has not succeeded yet' }
  const { facts } = reading
  const { failures, runs, task } = facts
  const hope = task.schedule.restarts ? 'come up' : 'succeeded'
  const reason = `has not ${hope} yet${inAnyProcess(facts)}: ${failures} of ${runs} runs${inThisProcess(facts)} failed`
  return { ...part, value: failures, reason }
}

/** A run of a loop may never end, so a loop recovers when it is up, and not with a success. */
function recoversText(reading: HealthReading | undefined): string {
  const schedule = reading?.facts.task.schedule
  if (!schedule?.restarts) return 'its last run failed; it recovers with the next success'
  if (schedule.startedBy === 'call') return 'it is down; it recovers when it is up again'
  const orLong = schedule.waitsForReady ? '' : `, or has run for ${formatMs(upAfterMs(schedule))}`
  return `it is down; it recovers when it calls ready() or beat()${orLong}`
}
