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

export interface HealthState {
  /** The reported status, which does not improve while the task flaps. */
  status: HealthStatus
  /** Wall time of the last change of `status`. */
  since: number
  /** The status according to the rules and `doubt`. It can be better than `status` while the task flaps. */
  verdict: HealthStatus
  /** True once `verdict` has changed. */
  known: boolean
  episodes: RuleEpisode[] | undefined
  flap: Flap | undefined
  /** True if `verdict` became better at its last change. */
  recovered: boolean
  /** The finding that last made `verdict` worse. `undefined` if no rule did. */
  worsenedBy: string | undefined
  doubt: SuccessDoubt | undefined
  episodeCount: number
}

/**
 * Why a task is not healthy even if no rule fires.
 *
 * - `never-succeeded`: runs have failed, and none has succeeded yet.
 * - `last-run-failed`: no rule finds a problem any more, but the newest run has failed.
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
  readonly target?: RestartTarget | undefined
}

export interface RestartTarget {
  /** The run to restart; `undefined` for all active runs. */
  readonly run: number | undefined
  /**
   * True if the run, or without `run` one of the active runs, still makes progress. The supervisor then refuses the
   * restart.
   */
  readonly progress: boolean
}

export interface StepHealthOptions {
  /**
   * The half-life of the penalty for flapping. Also how long the last finding is kept while a rule has no data or
   * throws.
   */
  readonly halfLifeMs: number
  /** True if a run has succeeded. For a loop: the fact `hasBeenUp`. */
  readonly hasSucceeded: boolean
  /** True if the newest run failed. For a loop, only while it is also down. */
  readonly isFailing: boolean
  /**
   * True if a run has just ended. The options `runs` and `okRuns` count the evaluation that changes the result, and
   * after it only evaluations with `runEnded`.
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

/** What ended an episode, if the rule itself did not end it. */
export type EpisodeEnd = 'stopped' | 'unregistered' | 'rescheduled'

export type HealthEffect =
  | ({ readonly kind: 'opened' } & Episode)
  | ({ readonly kind: 'closed'; readonly ended?: EpisodeEnd } & Episode)
  /** A rule threw an error. Only the first of several consecutive errors is reported. */
  | { readonly kind: 'rule-failed'; readonly rule: string }
  | { readonly kind: 'restart-asked'; readonly rule: string; readonly target: RestartTarget | undefined }
  | { readonly kind: 'flapping' | 'settled'; readonly changes: number }
  | { readonly kind: 'changed'; readonly from: HealthStatus; readonly to: HealthStatus }
  /** The rules must be evaluated again after this time at the latest. Another planned evaluation can come earlier. */
  | { readonly kind: 'recheck'; readonly inMs: number }

const failedRecheckMs = 60_000
const nothing: readonly HealthEffect[] = Object.freeze([])

export function newHealth(wall = 0): HealthState {
  return {
    status: 'unknown',
    since: wall,
    verdict: 'unknown',
    known: false,
    episodes: undefined,
    flap: undefined,
    recovered: false,
    worsenedBy: undefined,
    doubt: undefined,
    episodeCount: 0,
  }
}

export function isNothingKnown({ known, episodes }: HealthState): boolean {
  return !known && episodes === undefined
}

/** Changes `state` in place. Rules that are not in `judged` keep their state. */
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

/** Called when a pause or a standby begins. Findings without an open episode are deleted. */
export function suspendHealth(state: HealthState): void {
  keep(
    state,
    state.episodes?.filter((episode) => suspendEpisode(episode) !== undefined),
  )
}

/**
 * Closes the open episodes of rules that are not in `rules`. After a stop, the findings can still be read.
 *
 * @param rules - the new rules of the task; empty if the task is not judged any more
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
    if (isWorse) state.worsenedBy = state.episodes?.find((each) => statusOf(each) === verdict)?.reason
    if (isWorse && state.recovered) state.flap = countRelapse(state.flap, now.awake, halfLifeMs)
    if (state.flap?.flapping && !stillFlapping)
      effects.push({ kind: 'flapping', changes: state.flap.changes })
    // The first verdict follows `unknown`, so it does not count as a recovery.
    state.recovered = state.known && !isWorse
    state.verdict = verdict
    state.known = true
  }

  // A flapping task gets a worse status immediately, but a better status only when it is stable.
  const to = state.flap?.flapping ? worst([state.status, verdict]) : verdict
  if (to === state.status) return
  effects.push({ kind: 'changed', from: state.status, to })
  state.status = to
  state.since = now.wall
}

/** A task does not become healthy with a failed run, even if no rule finds a problem any more. */
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

/** A pending finding does not change the status yet. */
export function statusOf(episode: RuleEpisode): HealthStatus {
  if (episode.phase === 'pending') return 'healthy'
  return episode.phase === 'failing' || episode.lost ? 'unknown' : episode.status
}

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
