import { isOpen, type RuleEpisode } from './episode.ts'
import { type HealthReason, healthStatuses, type TaskHealth } from './status.ts'
import { type HealthState, statusOf } from './step-health.ts'

const noReasons: readonly HealthReason[] = Object.freeze([])
const nothingKnown: TaskHealth = Object.freeze({
  status: 'unknown',
  since: 0,
  flapping: false,
  reasons: noReasons,
})

/**
 * Returns the reported health of a task: its status, and the rules that fire or have no data, worst first.
 *
 * @param unknownSince - wall time from which the task could have been judged
 */
export function healthOf(state: HealthState | undefined, unknownSince = 0): TaskHealth {
  if (state === undefined) return { ...nothingKnown, since: unknownSince }
  return {
    status: state.status,
    since: state.since,
    flapping: state.flap?.flapping ?? false,
    reasons: state.episodes === undefined ? noReasons : reasonsOf(state.episodes),
  }
}

function reasonsOf(episodes: readonly RuleEpisode[]): readonly HealthReason[] {
  const reported = episodes.filter((episode) => isOpen(episode) || episode.phase === 'failing')
  return reported.map(reasonOf).sort((a, b) => rank(b) - rank(a) || a.since - b.since)
}

function reasonOf(episode: RuleEpisode): HealthReason {
  const { rule, value, limit, since } = episode
  const status = statusOf(episode)
  const reason = episode.lost ? `no data any more; before: ${episode.reason}` : episode.reason
  return { rule, status: status === 'healthy' ? 'unknown' : status, value, limit, reason, since }
}

function rank({ status }: HealthReason): number {
  return healthStatuses.indexOf(status)
}
