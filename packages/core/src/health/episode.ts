import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule that is not ok.
 *
 * - `pending`: the problem has not lasted long enough for an episode.
 * - `firing`: an episode is open.
 * - `clearing`: an episode is open, but the problem is over.
 * - `failing`: the rule threw while no episode was open.
 */
export interface RuleEpisode {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** Number among the episodes of the task, from 1; 0 until the episode opens. */
  number: number
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /** The start of the problem: `since` in wall time, `sinceAwake` in awake time. */
  since: number
  sinceAwake: number
  /** Consecutive runs with the problem; in `clearing`, without the problem. */
  runs: number
  /** Awake time of the last change of `phase` or `status`. */
  phaseAwake: number
  noDataAwake: number | undefined
  threw: string | undefined
  /** True if the rule has had no data for `holdMs`. */
  lost: boolean
  /** Awake time at which the state changes even without a new result. */
  dueAwake: number | undefined
  /** The run that the newest restart request named, if any. */
  restartedRun: number | undefined
}

export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason: string }

export interface EpisodeStep {
  readonly wall: number
  readonly awake: number
  readonly runEnded: boolean
  /** How long the last finding is kept while the rule has no data. */
  readonly holdMs: number
}

export function isOpen(
  episode: RuleEpisode | undefined,
): episode is RuleEpisode & { phase: 'firing' | 'clearing' } {
  return episode?.phase === 'firing' || episode?.phase === 'clearing'
}

/** Applies one result of a rule to `episode`, in place. Returns `undefined` if the rule is ok. */
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

/** For a pause or a standby: an open episode stays open, and its timers stop. */
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
  // A user's rule may return a negative number or `NaN`.
  const forMs = Math.max(0, finding.forMs ?? 0) || 0
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
  if (episode.runs < runs) return // only the end of another run can open the episode
  episode.dueAwake = episode.sinceAwake + forMs
  if (awake < episode.dueAwake) return
  episode.phase = 'firing'
  episode.phaseAwake = awake
  episode.dueAwake = undefined
  // The wall clock may have been set back.
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
  if (episode.runs < options.okRuns) return episode // only the end of another run can close the episode
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
