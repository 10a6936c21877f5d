import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule that is not ok.
 *
 * - `pending`: the rule has found a problem, but no episode is open yet.
 * - `firing`: an episode is open.
 * - `clearing`: an episode is still open, but the rule does not find the problem now.
 * - `failing`: the rule threw an error, and no episode is open.
 */
export interface RuleEpisode {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** The episodes of a task are numbered from 1. The number is 0 until the episode opens. */
  number: number
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /**
   * When the problem began: `since` in wall time, `sinceAwake` in awake time (without sleep of the machine and blocks
   * of the event loop).
   */
  since: number
  sinceAwake: number
  /**
   * In the phase `pending`: consecutive runs with the problem. In the phase `clearing`: consecutive runs without it.
   */
  runs: number
  phaseAwake: number
  noDataAwake: number | undefined
  threw: string | undefined
  /** True if the rule has had no data or has thrown errors for `holdMs`. The status is then `unknown`. */
  lost: boolean
  /** Awake time at which the episode changes next, if the result of the rule stays the same. */
  dueAwake: number | undefined
  restartedRun: number | undefined
}

export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason: string }

export interface EpisodeStep {
  readonly wall: number
  readonly awake: number
  readonly runEnded: boolean
  /**
   * How long the last finding is kept while the rule has no data or throws. After this time, the status is `unknown`.
   */
  readonly holdMs: number
}

export function isOpen(
  episode: RuleEpisode | undefined,
): episode is RuleEpisode & { phase: 'firing' | 'clearing' } {
  return episode?.phase === 'firing' || episode?.phase === 'clearing'
}

/** Changes `episode` in place. Returns `undefined` once the rule is ok. */
export function stepEpisode(
  episode: RuleEpisode | undefined,
  rule: string,
  answer: RuleAnswer,
  options: RuleLifeOptions,
  step: EpisodeStep,
): RuleEpisode | undefined {
  if (answer.kind === 'bad') return handleBad(episode, rule, answer, options, step)
  if (answer.kind === 'fine') return handleFine(episode, options, step)
  return handleNoData(episode, rule, answer, step)
}

/** Called when the task is paused or on standby. Keeps an open episode, and returns `undefined` for all others. */
export function suspendEpisode(episode: RuleEpisode): RuleEpisode | undefined {
  if (!isOpen(episode)) return undefined
  episode.phase = 'firing'
  episode.noDataAwake = episode.lost ? episode.noDataAwake : undefined
  episode.dueAwake = undefined
  return episode
}

function handleBad(
  episode: RuleEpisode | undefined,
  rule: string,
  finding: Finding,
  options: RuleLifeOptions,
  step: EpisodeStep,
): RuleEpisode {
  const bad = episode === undefined || episode.phase === 'failing' ? begin(rule, finding, step) : episode
  if (bad === episode && bad.phase === 'pending' && step.runEnded) bad.runs += 1
  const back = bad.phase === 'clearing' || bad.noDataAwake !== undefined
  if (bad.status !== finding.status || back) bad.phaseAwake = step.awake
  bad.status = finding.status
  bad.value = finding.value
  bad.limit = finding.limit
  bad.reason = finding.reason
  clearNoData(bad)
  if (bad.phase === 'clearing') bad.phase = 'firing'
  if (bad.phase === 'pending') openIfDue(bad, options, step)
  return bad
}

function begin(rule: string, finding: Finding, step: EpisodeStep): RuleEpisode {
  // A rule of the user can return a negative number, `NaN`, or a time so long that `since` would not be a date.
  const forMs = Math.min(Math.max(0, finding.forMs ?? 0) || 0, Math.max(0, step.wall))
  return {
    rule,
    phase: 'pending',
    number: 0,
    status: finding.status,
    value: finding.value,
    limit: finding.limit,
    reason: finding.reason,
    since: step.wall - Math.round(forMs),
    sinceAwake: step.awake - forMs,
    runs: 1,
    phaseAwake: step.awake,
    noDataAwake: undefined,
    threw: undefined,
    lost: false,
    dueAwake: undefined,
    restartedRun: undefined,
  }
}

function openIfDue(
  episode: RuleEpisode,
  { forMs, runs }: RuleLifeOptions,
  { wall, awake }: EpisodeStep,
): void {
  if (episode.runs < runs) return
  episode.dueAwake = episode.sinceAwake + forMs
  if (awake < episode.dueAwake) return
  episode.phase = 'firing'
  episode.phaseAwake = awake
  episode.dueAwake = undefined
  // If the wall clock was set back, `since` would be in the future.
  episode.since = Math.min(episode.since, wall)
}

function handleFine(
  episode: RuleEpisode | undefined,
  options: RuleLifeOptions,
  step: EpisodeStep,
): RuleEpisode | undefined {
  if (!isOpen(episode)) return undefined
  if (episode.phase === 'firing') {
    episode.phase = 'clearing'
    episode.phaseAwake = step.awake
    episode.runs = 1
  } else if (step.runEnded) {
    episode.runs += 1
  }
  clearNoData(episode)
  if (episode.runs < options.okRuns) return episode
  episode.dueAwake = episode.phaseAwake + options.keepForMs
  return step.awake < episode.dueAwake ? episode : undefined
}

function handleNoData(
  episode: RuleEpisode | undefined,
  rule: string,
  answer: Exclude<RuleAnswer, { kind: 'fine' | 'bad' }>,
  step: EpisodeStep,
): RuleEpisode | undefined {
  const threw = answer.kind === 'failed' ? answer.reason : undefined
  if (!isOpen(episode)) {
    if (threw !== undefined) return fail(episode, rule, threw, step)
    return episode?.phase === 'pending' && !noteNoData(episode, step) ? episode : undefined
  }
  // The fine results must be consecutive, so the clearing starts again.
  episode.phase = 'firing'
  episode.threw = threw
  episode.lost = noteNoData(episode, step)
  return episode
}

function noteNoData(episode: RuleEpisode, { awake, holdMs }: EpisodeStep): boolean {
  episode.noDataAwake ??= awake
  episode.dueAwake = episode.noDataAwake + holdMs
  if (awake < episode.dueAwake) return false
  episode.dueAwake = undefined
  return true
}

function fail(before: RuleEpisode | undefined, rule: string, reason: string, step: EpisodeStep): RuleEpisode {
  const isNew = before?.phase !== 'failing'
  const episode = isNew ? begin(rule, { status: 'degraded', value: 0, limit: 0, reason }, step) : before
  episode.phase = 'failing'
  episode.threw = reason
  episode.reason = reason
  return episode
}

function clearNoData(episode: RuleEpisode): void {
  episode.noDataAwake = undefined
  episode.threw = undefined
  episode.lost = false
  episode.dueAwake = undefined
}
