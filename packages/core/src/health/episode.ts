import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule of one task. Plain data that exists only while the rule is not ok.
 *
 * - `pending`: the rule found something, but not yet for long enough.
 * - `firing`: an episode is open.
 * - `clearing`: an episode is open; the rule found nothing, but not yet for long enough.
 * - `failing`: the rule threw while no episode was open.
 */
export interface RuleEpisode {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** Counts the episodes of the task; 0 before this one opens. */
  number: number
  /** The newest finding. */
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /** When the problem began, according to the first bad result: wall time for reports, awake time for `forMs`. */
  since: number
  sinceAwake: number
  /** Number of consecutive runs that ended with a bad result; in `clearing`, with a fine one. */
  runs: number
  /** Awake time at which the rule entered this phase with this status. */
  phaseAwake: number
  /** Awake time from which on the rule has had no data. */
  noDataAwake: number | undefined
  /** The text of the error, if there is no data because the rule threw. */
  threw: string | undefined
  /** Whether there was no data for `holdMs`, so that the last finding no longer counts. */
  lost: boolean
  /** Awake time at which the state changes even without a new result. */
  dueAwake: number | undefined
}

/** The result of a rule, or the fact that it threw. */
export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason: string }

/** The time of a judgement, and what caused it. */
export interface EpisodeStep {
  readonly wall: number
  readonly awake: number
  /** Whether a run has just ended. Only then the counts for `runs` and `okRuns` grow. */
  readonly runEnded: boolean
  /** How long a finding counts without new data. */
  readonly holdMs: number
}

/** Whether an episode is open. */
export function isOpen(
  episode: RuleEpisode | undefined,
): episode is RuleEpisode & { phase: 'firing' | 'clearing' } {
  return episode?.phase === 'firing' || episode?.phase === 'clearing'
}

/**
 * Applies one result of a rule to its state. Changes `episode` in place; `undefined` stands for ok. The caller compares
 * {@link isOpen} before and after to notice that an episode opens or closes, and numbers the episode.
 */
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

/** Applies a pause or a standby: an open episode stays open, and its timers stop. `undefined` if none is open. */
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
  // A user's rule may return any number. A negative number and `NaN` count as 0.
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
  }
}

function openIfDue(
  episode: RuleEpisode,
  { forMs, runs }: RuleLifeOptions,
  { wall, awake }: EpisodeStep,
): void {
  if (episode.runs < runs) return // only the end of a run can open it
  episode.dueAwake = episode.sinceAwake + forMs
  if (awake < episode.dueAwake) return
  episode.phase = 'firing'
  episode.phaseAwake = awake
  episode.dueAwake = undefined
  // The wall clock may have been set back in the meantime, but an episode must not begin in the future.
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
  if (episode.runs < options.okRuns) return episode // only the end of a run can close it
  episode.dueAwake = episode.phaseAwake + options.keepForMs
  return step.awake < episode.dueAwake ? episode : undefined
}

/** Keeps an open episode while its rule has no data or throws. After `holdMs`, the last finding no longer counts. */
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

/** Starts or continues the time without data. Returns whether it has reached `holdMs`. */
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
