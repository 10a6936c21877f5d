import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * Where one rule of one task is in its life. Plain data; it exists only while the rule is not ok.
 *
 * `pending`: bad, but not yet for long enough. `firing` and `clearing`: an episode is open; in `clearing` the rule
 * has been fine, but not yet for long enough. `failing`: the rule threw while no episode was open.
 */
export interface RuleLife {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** 0 before the episode opens. */
  episode: number
  /** The newest finding. */
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /** The first bad sample: in wall time for people, in loop time for `forMs`. */
  since: number
  sinceLoop: number
  /** Run ends in a row that were bad (in `clearing`: fine). */
  runs: number
  /** Loop time since when it is in this phase at this status. */
  phaseLoop: number
  /** Loop time since when there is no data. */
  blindLoop: number | undefined
  /** What there is instead of data: the rule threw. */
  threw: boolean
  /** There was no data for longer than the hold: what the rule last found is no longer believed. */
  lost: boolean
  /** Loop time at which time alone would change something. */
  dueLoop: number | undefined
}

/** The answer of a rule, or that it threw. */
export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason?: string | undefined }

/** What a life is moved by, besides the answer of its rule. */
export interface LifeMoment {
  readonly wall: number
  readonly loop: number
  /** A run has just ended: only then do `runs` and `okRuns` count on. */
  readonly runEnded: boolean
  /** What a rule found is believed for so long without data. */
  readonly holdMs: number
}

/** An episode is open. */
export function isOpen(life: RuleLife | undefined): life is RuleLife & { phase: 'firing' | 'clearing' } {
  return life?.phase === 'firing' || life?.phase === 'clearing'
}

/**
 * Moves the life of one rule by one answer. Changes `life` in place; `undefined` stands for ok. The caller sees an
 * episode open and close by {@link isOpen} before and after, and numbers it.
 */
export function stepLife(
  life: RuleLife | undefined,
  rule: string,
  answer: RuleAnswer,
  options: RuleLifeOptions,
  moment: LifeMoment,
): RuleLife | undefined {
  if (answer.kind === 'bad') return worsen(life, rule, answer, options, moment)
  if (answer.kind === 'fine') return mend(life, options, moment)
  return goBlind(life, rule, answer, moment)
}

/** Paused or on standby: what is open stays open, and no clock of it runs. */
export function suspendLife(life: RuleLife): RuleLife | undefined {
  if (!isOpen(life)) return undefined
  life.phase = 'firing'
  life.blindLoop = life.lost ? life.blindLoop : undefined
  life.dueLoop = undefined
  return life
}

function worsen(
  life: RuleLife | undefined,
  rule: string,
  finding: Finding,
  options: RuleLifeOptions,
  moment: LifeMoment,
): RuleLife {
  const bad = life === undefined || life.phase === 'failing' ? begin(rule, finding, moment) : life
  if (bad === life && bad.phase === 'pending' && moment.runEnded) bad.runs += 1
  const back = bad.phase === 'clearing' || bad.blindLoop !== undefined
  if (bad.status !== finding.status || back) bad.phaseLoop = moment.loop
  bad.status = finding.status
  bad.value = finding.value
  bad.limit = finding.limit
  bad.reason = finding.reason
  see(bad)
  if (bad.phase === 'clearing') bad.phase = 'firing'
  if (bad.phase === 'pending') ripen(bad, options, moment)
  return bad
}

function begin(rule: string, finding: Finding, moment: LifeMoment): RuleLife {
  // A user's rule may say anything; an age must be one.
  const forMs = Math.max(0, finding.forMs ?? 0) || 0
  return {
    rule,
    phase: 'pending',
    episode: 0,
    status: finding.status,
    value: finding.value,
    limit: finding.limit,
    reason: finding.reason,
    since: moment.wall - Math.round(forMs),
    sinceLoop: moment.loop - forMs,
    runs: 1,
    phaseLoop: moment.loop,
    blindLoop: undefined,
    threw: false,
    lost: false,
    dueLoop: undefined,
  }
}

function ripen(life: RuleLife, { forMs, runs }: RuleLifeOptions, { wall, loop }: LifeMoment): void {
  if (life.runs < runs) return // only a run end can open it
  life.dueLoop = life.sinceLoop + forMs
  if (loop < life.dueLoop) return
  life.phase = 'firing'
  life.phaseLoop = loop
  life.dueLoop = undefined
  // The wall clock may have been set back meanwhile; nothing begins after it was found.
  life.since = Math.min(life.since, wall)
}

function mend(
  life: RuleLife | undefined,
  options: RuleLifeOptions,
  moment: LifeMoment,
): RuleLife | undefined {
  if (!isOpen(life)) return undefined
  if (life.phase === 'firing') {
    life.phase = 'clearing'
    life.phaseLoop = moment.loop
    life.runs = 1
  } else if (moment.runEnded) {
    life.runs += 1
  }
  see(life)
  if (life.runs < options.okRuns) return life // only a run end can close it
  life.dueLoop = life.phaseLoop + options.keepForMs
  return moment.loop < life.dueLoop ? life : undefined
}

/** Silence neither heals nor worsens: what was holds, for a while; then it is not known any more. */
function goBlind(
  life: RuleLife | undefined,
  rule: string,
  answer: Exclude<RuleAnswer, { kind: 'fine' | 'bad' }>,
  moment: LifeMoment,
): RuleLife | undefined {
  const threw = answer.kind === 'failed'
  if (!isOpen(life)) {
    if (threw) return life?.phase === 'failing' ? life : fail(rule, answer.reason, moment)
    return life?.phase === 'pending' && !hasLost(life, moment) ? life : undefined
  }
  // A silence in between begins the clearing anew: fine samples must be in a row.
  life.phase = 'firing'
  life.threw = threw
  life.lost = hasLost(life, moment)
  return life
}

function hasLost(life: RuleLife, { loop, holdMs }: LifeMoment): boolean {
  life.blindLoop ??= loop
  life.dueLoop = life.blindLoop + holdMs
  if (loop < life.dueLoop) return false
  life.dueLoop = undefined
  return true
}

function fail(rule: string, reason: string | undefined, moment: LifeMoment): RuleLife {
  const text = reason ?? 'the rule threw'
  const life = begin(rule, { status: 'degraded', value: 0, limit: 0, reason: text }, moment)
  life.phase = 'failing'
  life.threw = true
  return life
}

function see(life: RuleLife): void {
  life.blindLoop = undefined
  life.threw = false
  life.lost = false
  life.dueLoop = undefined
}
