import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule of one task. Plain data; it exists only while the rule is not ok.
 *
 * `pending`: bad, but not yet for long enough. `firing` and `clearing`: an episode is open; in `clearing` the rule
 * is fine, but not yet for long enough. `failing`: the rule threw while no episode was open.
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
  /** The first bad sample: in wall time for people, in awake time for `forMs`. */
  since: number
  sinceLoop: number
  /** Ended runs in a row that were bad, or fine in `clearing`. */
  runs: number
  /** Awake time of the change to this phase and status. */
  phaseLoop: number
  /** Awake time since which there is no data. */
  blindLoop: number | undefined
  /** There is no data because the rule threw. */
  threw: boolean
  /** There was no data for longer than `holdMs`: the last finding is outdated. */
  lost: boolean
  /** Awake time at which the passing of time changes the phase. */
  dueLoop: number | undefined
}

/** The answer of a rule, or the fact that it threw. */
export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason?: string | undefined }

/** What a life depends on, besides the answer of its rule. */
export interface LifeMoment {
  readonly wall: number
  readonly loop: number
  /** Whether a run has just ended. Only then do `runs` and `okRuns` count. */
  readonly runEnded: boolean
  /** How long a finding is kept without data. */
  readonly holdMs: number
}

/** Whether an episode is open. */
export function isOpen(life: RuleLife | undefined): life is RuleLife & { phase: 'firing' | 'clearing' } {
  return life?.phase === 'firing' || life?.phase === 'clearing'
}

/**
 * Updates the life of one rule by one answer. Changes `life` in place; `undefined` means ok. The caller compares
 * {@link isOpen} before and after to see an episode open or close, and numbers it.
 */
export function stepLife(
  life: RuleLife | undefined,
  rule: string,
  answer: RuleAnswer,
  options: RuleLifeOptions,
  moment: LifeMoment,
): RuleLife | undefined {
  if (answer.kind === 'bad') return worsen(life, rule, answer, options, moment)
  if (answer.kind === 'fine') return improve(life, options, moment)
  return onNoData(life, rule, answer, moment)
}

/** Suspends the life of a rule while the task is paused or on standby: an open episode stays open and its timers stop. */
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
  markSeen(bad)
  if (bad.phase === 'clearing') bad.phase = 'firing'
  if (bad.phase === 'pending') openIfDue(bad, options, moment)
  return bad
}

function begin(rule: string, finding: Finding, moment: LifeMoment): RuleLife {
  // A user's rule may return anything; turn it into a valid age.
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

function openIfDue(life: RuleLife, { forMs, runs }: RuleLifeOptions, { wall, loop }: LifeMoment): void {
  if (life.runs < runs) return // only the end of a run can open it
  life.dueLoop = life.sinceLoop + forMs
  if (loop < life.dueLoop) return
  life.phase = 'firing'
  life.phaseLoop = loop
  life.dueLoop = undefined
  // The wall clock may have been set back meanwhile.
  life.since = Math.min(life.since, wall)
}

function improve(
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
  markSeen(life)
  if (life.runs < options.okRuns) return life // only the end of a run can close it
  life.dueLoop = life.phaseLoop + options.keepForMs
  return moment.loop < life.dueLoop ? life : undefined
}

/** Keeps the last status for `holdMs`. After that the rule is unknown. */
function onNoData(
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
  // The recovery timer restarts: fine samples must follow each other without a gap.
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

function markSeen(life: RuleLife): void {
  life.blindLoop = undefined
  life.threw = false
  life.lost = false
  life.dueLoop = undefined
}
