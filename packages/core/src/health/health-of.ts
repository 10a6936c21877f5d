import { isOpen, type RuleLife } from './episode.ts'
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
 * The reported health of a task: its status, and the rules that fire or are unknown, worst first.
 *
 * @param unknownSince - wall time since which it could have been judged
 */
export function healthOf(state: HealthState | undefined, unknownSince = 0): TaskHealth {
  if (state === undefined) return { ...nothingKnown, since: unknownSince }
  return {
    status: state.status,
    since: state.since,
    flapping: state.flap?.flapping ?? false,
    reasons: state.lives === undefined ? noReasons : reasonsOf(state.lives),
  }
}

function reasonsOf(lives: readonly RuleLife[]): readonly HealthReason[] {
  const reported = lives.filter((life) => isOpen(life) || life.phase === 'failing')
  return reported.map(reasonOf).sort((a, b) => rank(b) - rank(a) || a.since - b.since)
}

function reasonOf(life: RuleLife): HealthReason {
  const { rule, value, limit, since } = life
  const status = statusOf(life)
  const reason = life.lost ? `no data any more; before: ${life.reason}` : life.reason
  return { rule, status: status === 'healthy' ? 'unknown' : status, value, limit, reason, since }
}

function rank({ status }: HealthReason): number {
  return healthStatuses.indexOf(status)
}
