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
  /** The number of this episode among all episodes of the task, from 1. 0 while the episode is not open. */
  number: number
  /** The newest finding of the rule: the next four fields. */
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /**
   * When the problem began, according to the first bad result. `since` is wall time, for reports. `sinceAwake` is awake
   * time and is compared with `forMs`.
   */
  since: number
  sinceAwake: number
  /**
   * How many consecutive runs ended with a bad result; in `clearing`, with a fine result. The first result always
   * counts.
   */
  runs: number
  /** Awake time at which this phase began, or at which the status of the finding changed. `keepForMs` begins here. */
  phaseAwake: number
  /** Awake time since which the rule of this open or pending episode has had no data, or has thrown. */
  noDataAwake: number | undefined
  /** The text of the error if the rule threw when it was last evaluated. */
  threw: string | undefined
  /**
   * Whether there has been no data for `holdMs`. The rule then makes the task `unknown`, whatever its last finding was.
   */
  lost: boolean
  /** Awake time at which the state changes even without a new result. */
  dueAwake: number | undefined
  /** The run for which the rule has requested a restart, if the newest request was for one run. */
  restartedRun: number | undefined
}

export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason: string }

export interface EpisodeStep {
  readonly wall: number
  readonly awake: number
  /** Whether the evaluation follows the end of a run. Only these evaluations count for `runs` and `okRuns`. */
  readonly runEnded: boolean
  /** How long the last finding is kept while the rule has no data. */
  readonly holdMs: number
}

export function isOpen(
  episode: RuleEpisode | undefined,
): episode is RuleEpisode & { phase: 'firing' | 'clearing' } {
  return episode?.phase === 'firing' || episode?.phase === 'clearing'
}

/**
 * Applies one result of a rule to its state, and returns the new state; `undefined` means that the rule is ok. Changes
 * `episode` in place. The caller sets `number`. It compares {@link isOpen} before and after to notice that an episode
 * opened or closed.
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

/**
 * Applies a pause or a standby: an open episode stays open, and its timers stop. Returns `undefined` if no episode is
 * open.
 */
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
  if (episode.runs < options.okRuns) return episode // only the end of another run can close the episode
  episode.dueAwake = episode.phaseAwake + options.keepForMs
  return step.awake < episode.dueAwake ? episode : undefined
}

/** Keeps an open episode while its rule has no data or throws. After `holdMs`, the episode is marked as lost. */
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

/** Notes that the rule has no data. Returns whether it has had none for `holdMs`. */
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
