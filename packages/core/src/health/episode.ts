import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule of one task. Plain data; it exists only while the rule is not ok.
 *
 * `pending`: bad, but not yet for long enough. `firing` and `clearing`: an episode is open; in `clearing` the rule
 * is fine, but not yet for long enough. `failing`: the rule threw while no episode was open.
 */
export interface RuleEpisode {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** Counts the episodes of the task; 0 before it opens. */
  number: number
  /** The newest finding. */
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /** The first bad sample: in wall time for people, in awake time for `forMs`. */
  since: number
  sinceAwake: number
  /** Ended runs in a row that were bad, or fine in `clearing`. */
  runs: number
  /** Awake time of the change to this phase and status. */
  phaseAwake: number
  /** Awake time since which there is no data. */
  blindSinceAwake: number | undefined
  /** There is no data because the rule threw. */
  threw: boolean
  /** There was no data for longer than `holdMs`: the last finding is outdated. */
  lost: boolean
  /** Awake time at which the passing of time changes the phase. */
  dueAwake: number | undefined
}

/** The answer of a rule, or the fact that it threw. */
export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason?: string | undefined }

/** What an episode depends on, besides the answer of its rule. */
export interface EpisodeMoment {
  readonly wall: number
  readonly awake: number
  /** Whether a run has just ended. Only then do `runs` and `okRuns` count. */
  readonly runEnded: boolean
  /** How long a finding is kept without data. */
  readonly holdMs: number
}

/** Whether an episode is open. */
export function isOpen(
  episode: RuleEpisode | undefined,
): episode is RuleEpisode & { phase: 'firing' | 'clearing' } {
  return episode?.phase === 'firing' || episode?.phase === 'clearing'
}

/**
 * Updates the episode of one rule by one answer. Changes `episode` in place; `undefined` means ok. The caller compares
 * {@link isOpen} before and after to see an episode open or close, and numbers it.
 */
export function stepEpisode(
  episode: RuleEpisode | undefined,
  rule: string,
  answer: RuleAnswer,
  options: RuleLifeOptions,
  moment: EpisodeMoment,
): RuleEpisode | undefined {
  if (answer.kind === 'bad') return worsen(episode, rule, answer, options, moment)
  if (answer.kind === 'fine') return improve(episode, options, moment)
  return onNoData(episode, rule, answer, moment)
}

/** Suspends the episode of a rule while the task is paused or on standby: an open episode stays open and its timers stop. */
export function suspendEpisode(episode: RuleEpisode): RuleEpisode | undefined {
  if (!isOpen(episode)) return undefined
  episode.phase = 'firing'
  episode.blindSinceAwake = episode.lost ? episode.blindSinceAwake : undefined
  episode.dueAwake = undefined
  return episode
}

function worsen(
  episode: RuleEpisode | undefined,
  rule: string,
  finding: Finding,
  options: RuleLifeOptions,
  moment: EpisodeMoment,
): RuleEpisode {
  const bad = episode === undefined || episode.phase === 'failing' ? begin(rule, finding, moment) : episode
  if (bad === episode && bad.phase === 'pending' && moment.runEnded) bad.runs += 1
  const back = bad.phase === 'clearing' || bad.blindSinceAwake !== undefined
  if (bad.status !== finding.status || back) bad.phaseAwake = moment.awake
  bad.status = finding.status
  bad.value = finding.value
  bad.limit = finding.limit
  bad.reason = finding.reason
  markSeen(bad)
  if (bad.phase === 'clearing') bad.phase = 'firing'
  if (bad.phase === 'pending') openIfDue(bad, options, moment)
  return bad
}

function begin(rule: string, finding: Finding, moment: EpisodeMoment): RuleEpisode {
  // A user's rule may return anything; turn it into a valid age.
  const forMs = Math.max(0, finding.forMs ?? 0) || 0
  return {
    rule,
    phase: 'pending',
    number: 0,
    status: finding.status,
    value: finding.value,
    limit: finding.limit,
    reason: finding.reason,
    since: moment.wall - Math.round(forMs),
    sinceAwake: moment.awake - forMs,
    runs: 1,
    phaseAwake: moment.awake,
    blindSinceAwake: undefined,
    threw: false,
    lost: false,
    dueAwake: undefined,
  }
}

function openIfDue(
  episode: RuleEpisode,
  { forMs, runs }: RuleLifeOptions,
  { wall, awake }: EpisodeMoment,
): void {
  if (episode.runs < runs) return // only the end of a run can open it
  episode.dueAwake = episode.sinceAwake + forMs
  if (awake < episode.dueAwake) return
  episode.phase = 'firing'
  episode.phaseAwake = awake
  episode.dueAwake = undefined
  // The wall clock may have been set back meanwhile.
  episode.since = Math.min(episode.since, wall)
}

function improve(
  episode: RuleEpisode | undefined,
  options: RuleLifeOptions,
  moment: EpisodeMoment,
): RuleEpisode | undefined {
  if (!isOpen(episode)) return undefined
  if (episode.phase === 'firing') {
    episode.phase = 'clearing'
    episode.phaseAwake = moment.awake
    episode.runs = 1
  } else if (moment.runEnded) {
    episode.runs += 1
  }
  markSeen(episode)
  if (episode.runs < options.okRuns) return episode // only the end of a run can close it
  episode.dueAwake = episode.phaseAwake + options.keepForMs
  return moment.awake < episode.dueAwake ? episode : undefined
}

/** Keeps the last status for `holdMs`. After that the rule is unknown. */
function onNoData(
  episode: RuleEpisode | undefined,
  rule: string,
  answer: Exclude<RuleAnswer, { kind: 'fine' | 'bad' }>,
  moment: EpisodeMoment,
): RuleEpisode | undefined {
  const threw = answer.kind === 'failed'
  if (!isOpen(episode)) {
    if (threw) return episode?.phase === 'failing' ? episode : fail(rule, answer.reason, moment)
    return episode?.phase === 'pending' && !hasLost(episode, moment) ? episode : undefined
  }
  // The recovery timer restarts: fine samples must follow each other without a gap.
  episode.phase = 'firing'
  episode.threw = threw
  episode.lost = hasLost(episode, moment)
  return episode
}

function hasLost(episode: RuleEpisode, { awake, holdMs }: EpisodeMoment): boolean {
  episode.blindSinceAwake ??= awake
  episode.dueAwake = episode.blindSinceAwake + holdMs
  if (awake < episode.dueAwake) return false
  episode.dueAwake = undefined
  return true
}

function fail(rule: string, reason: string | undefined, moment: EpisodeMoment): RuleEpisode {
  const text = reason ?? 'the rule threw'
  const episode = begin(rule, { status: 'degraded', value: 0, limit: 0, reason: text }, moment)
  episode.phase = 'failing'
  episode.threw = true
  return episode
}

function markSeen(episode: RuleEpisode): void {
  episode.blindSinceAwake = undefined
  episode.threw = false
  episode.lost = false
  episode.dueAwake = undefined
}
