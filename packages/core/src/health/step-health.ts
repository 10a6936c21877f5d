import type { Now } from '../base/now.ts'
import {
  type EpisodeStep,
  isOpen,
  type RuleAnswer,
  type RuleEpisode,
  stepEpisode,
  suspendEpisode,
} from './episode.ts'
import { countRelapse, type Flap, settle, settlesAt } from './flap.ts'
import type { RuleLifeOptions, RuleStatus } from './rule.ts'
import { type HealthStatus, worst } from './status.ts'

/** The health of one task. Plain data, small while the task is healthy. */
export interface HealthState {
  /** The reported status. It equals the verdict, but while the task flaps, it only gets worse. */
  status: HealthStatus
  /** Wall time of the last change of `status`. */
  since: number
  /** The status according to the rules and `doubt`. It changes immediately, even while the task flaps. */
  verdict: HealthStatus
  /** Whether the verdict has changed at least once from the initial `unknown`. */
  known: boolean
  /** The states of the rules that are not ok. */
  episodes: RuleEpisode[] | undefined
  flap: Flap | undefined
  /** Whether the last change of `verdict` was for the better. If the verdict gets worse next, that is a relapse. */
  recovered: boolean
  /** Why the task is at best degraded even if no rule fires; `undefined` if nothing prevents a better status. */
  doubt: SuccessDoubt | undefined
  /** The number of the newest episode. */
  episodeCount: number
}

/**
 * Why a task is not healthy even if no rule fires: it still needs a success. A loop must be up instead.
 *
 * - `never-succeeded`: runs have failed, and none has succeeded yet.
 * - `last-run-failed`: every rule is ok, but the run whose end cleared the last rule has failed.
 */
export interface SuccessDoubt {
  readonly why: 'never-succeeded' | 'last-run-failed'
  /** Wall time. */
  readonly since: number
}

export interface JudgedRule {
  readonly rule: string
  readonly life: RuleLifeOptions
  readonly restarts: boolean
  readonly judgement: RuleAnswer
  /** For a finding of a rule that restarts: what a restart concerns. */
  readonly target?: RestartTarget | undefined
}

/** What the restart that a rule requests concerns. */
export interface RestartTarget {
  /** The run that the finding names, or `undefined` for all active runs. */
  readonly run: number | undefined
  /** Whether a run that it would abort called `beat()` so recently that it must not be aborted. */
  readonly progress: boolean
}

export interface StepHealthOptions {
  /**
   * The half-life of the penalty for flapping, see `halfLifeOf`. A rule without new data keeps its last finding for the
   * same time.
   */
  readonly halfLifeMs: number
  /** Whether a run has succeeded, or the task is a loop that has been up. Before that, the task is not healthy. */
  readonly hasSucceeded: boolean
  /** Whether the newest run failed; for a loop, whether it is down because of that. */
  readonly isFailing: boolean
  /**
   * Whether the rules were evaluated because a run has ended. `runs` and `okRuns` of a rule count only such
   * evaluations.
   */
  readonly runEnded: boolean
}

interface Episode {
  readonly rule: string
  readonly episode: number
  readonly status: RuleStatus
  readonly value: number
  readonly limit: number
  readonly reason: string
  /** Wall time. */
  readonly since: number
}

/** Why an open episode ends although its rule did not clear it. */
export type EpisodeEnd = 'stopped' | 'unregistered' | 'rescheduled'

/** The effects of new results of the rules of a task. */
export type HealthEffect =
  | ({ readonly kind: 'opened' } & Episode)
  /** `ended`: why the episode ended, if the rule did not clear it. */
  | ({ readonly kind: 'closed'; readonly ended?: EpisodeEnd } & Episode)
  /** A rule threw. It is reported only once, until the rule returns a result again. */
  | { readonly kind: 'rule-failed'; readonly rule: string }
  | { readonly kind: 'restart-asked'; readonly rule: string; readonly target: RestartTarget | undefined }
  | { readonly kind: 'flapping' | 'settled'; readonly changes: number }
  | { readonly kind: 'changed'; readonly from: HealthStatus; readonly to: HealthStatus }
  /**
   * Evaluate the rules again after this much awake time, unless an earlier time is already set. Without this effect,
   * no result changes just because time passes.
   */
  | { readonly kind: 'recheck'; readonly inMs: number }

/** A rule that threw returned no `recheckInMs`. It is evaluated again after this time. */
const failedRecheckMs = 60_000
const nothing: readonly HealthEffect[] = Object.freeze([])

/** @param wall - wall time since which the health is `unknown` */
export function newHealth(wall = 0): HealthState {
  return {
    status: 'unknown',
    since: wall,
    verdict: 'unknown',
    known: false,
    episodes: undefined,
    flap: undefined,
    recovered: false,
    doubt: undefined,
    episodeCount: 0,
  }
}

export function isNothingKnown({ known, episodes }: HealthState): boolean {
  return !known && episodes === undefined
}

/**
 * Applies the results of the rules of a task, and returns the effects. Changes `state` in place.
 *
 * Rules that are not in `judged` keep their state. Each episode opens and closes only once. Flapping delays the effect
 * `changed`, but never `opened` or `closed`.
 */
export function stepHealth(
  state: HealthState,
  judged: readonly JudgedRule[],
  now: Now,
  options: StepHealthOptions,
): readonly HealthEffect[] {
  const effects: HealthEffect[] = []
  const step = { wall: now.wall, awake: now.awake, runEnded: options.runEnded, holdMs: options.halfLifeMs }
  let recheckMs = Number.POSITIVE_INFINITY
  for (const one of judged) {
    stepRule(state, one, step, effects)
    recheckMs = Math.min(recheckMs, recheckOf(one.judgement))
  }
  stepVerdict(state, now, options, effects)
  recheckMs = Math.min(recheckMs, nextDue(state, options.halfLifeMs) - now.awake)
  if (recheckMs < Number.POSITIVE_INFINITY) effects.push({ kind: 'recheck', inMs: Math.max(1, recheckMs) })
  return effects.length === 0 ? nothing : effects
}

function recheckOf(answer: RuleAnswer): number {
  return answer.kind === 'failed' ? failedRecheckMs : (answer.recheckInMs ?? Number.POSITIVE_INFINITY)
}

/**
 * Applies a pause or a standby. The status stays until the next `stepHealth`, and findings of rules without an open
 * episode are dropped.
 */
export function suspendHealth(state: HealthState): void {
  keep(
    state,
    state.episodes?.filter((episode) => suspendEpisode(episode) !== undefined),
  )
}

/**
 * Closes the open episodes of all rules that are not in `rules`, and removes their findings. If the supervisor has
 * stopped, the last findings are kept, so that they can still be read.
 *
 * @param rules - the new rules of the task; empty if it is no longer judged
 */
export function endHealth(
  state: HealthState,
  rules: readonly { readonly name: string }[],
  ended: EpisodeEnd,
): readonly HealthEffect[] {
  const stays = ({ rule }: RuleEpisode): boolean => rules.some(({ name }) => name === rule)
  const open = state.episodes?.filter((episode) => isOpen(episode) && !stays(episode)) ?? []
  if (ended !== 'stopped') keep(state, state.episodes?.filter(stays))
  return open.map((episode) => ({ kind: 'closed', ended, ...episodeOf(episode) }))
}

function stepRule(state: HealthState, one: JudgedRule, step: EpisodeStep, effects: HealthEffect[]): void {
  const before = state.episodes?.find((episode) => episode.rule === one.rule)
  if (before === undefined && (one.judgement.kind === 'fine' || one.judgement.kind === 'no-data')) return
  const wasOpen = isOpen(before)
  const threw = before?.threw

  const after = stepEpisode(before, one.rule, one.judgement, one.life, step)

  if (after !== before) replace(state, before, after)
  if (after?.threw !== undefined && threw === undefined) effects.push({ kind: 'rule-failed', rule: one.rule })
  if (isOpen(after) && !wasOpen) {
    state.episodeCount += 1
    after.number = state.episodeCount
    effects.push({ kind: 'opened', ...episodeOf(after) })
  }
  if (after?.phase === 'firing' && one.restarts) askRestart(after, wasOpen, one, effects)
  if (before !== undefined && wasOpen && after === undefined)
    effects.push({ kind: 'closed', ...episodeOf(before) })
}

/** Requests a restart when the episode opens, and for each further run that the rule finds while it is open. */
function askRestart(
  episode: RuleEpisode,
  wasOpen: boolean,
  { rule, target }: JudgedRule,
  effects: HealthEffect[],
): void {
  const isFurther = target?.run !== undefined && target.run !== episode.restartedRun
  if (wasOpen && !isFurther) return
  episode.restartedRun = target?.run
  effects.push({ kind: 'restart-asked', rule, target })
}

function stepVerdict(
  state: HealthState,
  now: Now,
  options: StepHealthOptions,
  effects: HealthEffect[],
): void {
  const { halfLifeMs } = options
  const found = verdictOf(state, options.hasSucceeded)
  state.doubt = doubtOf(state, found, now, options)
  const verdict = state.doubt === undefined ? found : worst([found, 'degraded'])
  const wasFlapping = state.flap?.flapping ?? false
  const changes = state.flap?.changes ?? 0
  if (state.flap !== undefined) state.flap = settle(state.flap, now.awake, halfLifeMs)
  if (wasFlapping && !state.flap?.flapping) effects.push({ kind: 'settled', changes })

  if (verdict !== state.verdict) {
    const stillFlapping = state.flap?.flapping ?? false
    const isWorse = worst([verdict, state.verdict]) === verdict
    if (isWorse && state.recovered) state.flap = countRelapse(state.flap, now.awake, halfLifeMs)
    if (state.flap?.flapping && !stillFlapping)
      effects.push({ kind: 'flapping', changes: state.flap.changes })
    // The first verdict is not a recovery.
    state.recovered = state.known && !isWorse
    state.verdict = verdict
    state.known = true
  }

  // While the task flaps, its status becomes worse immediately, and better only when the task is stable.
  const to = state.flap?.flapping ? worst([state.status, verdict]) : verdict
  if (to === state.status) return
  effects.push({ kind: 'changed', from: state.status, to })
  state.status = to
  state.since = now.wall
}

/**
 * Returns why a task is at best degraded. A failed run does not make a task healthy, even if it clears the last rule.
 */
function doubtOf(
  { doubt, verdict }: HealthState,
  found: HealthStatus,
  now: Now,
  { hasSucceeded, isFailing, runEnded }: StepHealthOptions,
): SuccessDoubt | undefined {
  if (!isFailing) return undefined
  const why = hasSucceeded ? 'last-run-failed' : 'never-succeeded'
  if (hasSucceeded) {
    const isRecovering = found === 'healthy' && verdict !== 'healthy'
    if (!isRecovering || !(runEnded || doubt)) return undefined
  }
  return doubt?.why === why ? doubt : { why, since: now.wall }
}

function verdictOf(state: HealthState, hasSucceeded: boolean): HealthStatus {
  let verdict: HealthStatus = hasSucceeded ? 'healthy' : 'unknown'
  for (const episode of state.episodes ?? []) verdict = worst([verdict, statusOf(episode)])
  return verdict
}

/** Returns the status that a rule in this state gives to the task. A pending finding has no effect yet. */
export function statusOf(episode: RuleEpisode): HealthStatus {
  if (episode.phase === 'pending') return 'healthy'
  return episode.phase === 'failing' || episode.lost ? 'unknown' : episode.status
}

/** Returns the awake time at which the health changes even without a new result. */
function nextDue(state: HealthState, halfLifeMs: number): number {
  let due = Number.POSITIVE_INFINITY
  if (state.flap?.flapping) due = Math.ceil(settlesAt(state.flap, halfLifeMs)) + 1
  for (const episode of state.episodes ?? []) due = Math.min(due, episode.dueAwake ?? due)
  return due
}

function replace(state: HealthState, before: RuleEpisode | undefined, after: RuleEpisode | undefined): void {
  const others = state.episodes?.filter((episode) => episode !== before) ?? []
  keep(state, after === undefined ? others : [...others, after])
}

function keep(state: HealthState, episodes: RuleEpisode[] | undefined): void {
  state.episodes = episodes !== undefined && episodes.length > 0 ? episodes : undefined
}

function episodeOf({ rule, number, status, value, limit, reason, since }: RuleEpisode): Episode {
  return { rule, episode: number, status, value, limit, reason, since }
}
