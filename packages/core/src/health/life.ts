import type { Finding, Judgement, RuleLifeOptions, RuleStatus } from './rule.ts'

/**
 * The state of one rule of one task. Plain data that exists only while the rule is not ok.
 *
 * - `pending`: the rule found something, but not yet for long enough.
 * - `firing`: an episode is open.
 * - `clearing`: an episode is open; the rule found nothing, but not yet for long enough.
 * - `failing`: the rule threw while no episode was open.
 */
export interface RuleLife {
  readonly rule: string
  phase: 'pending' | 'firing' | 'clearing' | 'failing'
  /** The number of the episode; 0 before it opens. */
  episode: number
  /** The newest finding. */
  status: RuleStatus
  value: number
  limit: number
  reason: string
  /** The first bad sample: in wall time for reports, in awake time for `forMs`. */
  since: number
  sinceAwake: number
  /** Number of consecutive run ends that were bad; in `clearing`, that were fine. */
  runs: number
  /** Awake time since which the rule is in this phase with this status. */
  phaseAwake: number
  /** Awake time since which the rule has no data. */
  noDataAwake: number | undefined
  /** Whether there is no data because the rule threw. */
  threw: boolean
  /** Whether there was no data for longer than `holdMs`, so that the last finding no longer counts. */
  lost: boolean
  /** Awake time at which the state changes without a new answer. */
  dueAwake: number | undefined
}

/** The answer of a rule, or the fact that it threw. */
export type RuleAnswer = Judgement | { readonly kind: 'failed'; readonly reason?: string | undefined }

/** The time of a judgement, and what caused it. */
export interface LifeStep {
  readonly wall: number
  readonly awake: number
  /** Whether a run has just ended. Only then the counts for `runs` and `okRuns` grow. */
  readonly runEnded: boolean
  /** How long a finding counts without new data. */
  readonly holdMs: number
}

/** Whether an episode is open. */
export function isOpen(life: RuleLife | undefined): life is RuleLife & { phase: 'firing' | 'clearing' } {
  return life?.phase === 'firing' || life?.phase === 'clearing'
}

/**
 * Applies one answer of a rule to its state. Changes `life` in place; `undefined` stands for ok. The caller compares
 * {@link isOpen} before and after to notice that an episode opens or closes, and numbers the episode.
 */
export function stepLife(
  life: RuleLife | undefined,
  rule: string,
  answer: RuleAnswer,
  options: RuleLifeOptions,
  step: LifeStep,
): RuleLife | undefined {
  if (answer.kind === 'bad') return handleBad(life, rule, answer, options, step)
  if (answer.kind === 'fine') return handleFine(life, options, step)
  return handleNoData(life, rule, answer, step)
}

/** Applies a pause or a standby: an open episode stays open, and its timers stop. */
export function suspendLife(life: RuleLife): RuleLife | undefined {
  if (!isOpen(life)) return undefined
  life.phase = 'firing'
  life.noDataAwake = life.lost ? life.noDataAwake : undefined
  life.dueAwake = undefined
  return life
}

function handleBad(
  life: RuleLife | undefined,
  rule: string,
  finding: Finding,
  options: RuleLifeOptions,
  step: LifeStep,
): RuleLife {
  const bad = life === undefined || life.phase === 'failing' ? begin(rule, finding, step) : life
  if (bad === life && bad.phase === 'pending' && step.runEnded) bad.runs += 1
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

function begin(rule: string, finding: Finding, step: LifeStep): RuleLife {
  // A user's rule may return any number, and an age is not negative.
  const forMs = Math.max(0, finding.forMs ?? 0) || 0
  return {
    rule,
    phase: 'pending',
    episode: 0,
    status: finding.status,
    value: finding.value,
    limit: finding.limit,
    reason: finding.reason,
    since: step.wall - Math.round(forMs),
    sinceAwake: step.awake - forMs,
    runs: 1,
    phaseAwake: step.awake,
    noDataAwake: undefined,
    threw: false,
    lost: false,
    dueAwake: undefined,
  }
}

function openIfDue(life: RuleLife, { forMs, runs }: RuleLifeOptions, { wall, awake }: LifeStep): void {
  if (life.runs < runs) return // only the end of a run can open it
  life.dueAwake = life.sinceAwake + forMs
  if (awake < life.dueAwake) return
  life.phase = 'firing'
  life.phaseAwake = awake
  life.dueAwake = undefined
  // The wall clock may have been set back in the meantime, and no episode begins in the future.
  life.since = Math.min(life.since, wall)
}

function handleFine(
  life: RuleLife | undefined,
  options: RuleLifeOptions,
  step: LifeStep,
): RuleLife | undefined {
  if (!isOpen(life)) return undefined
  if (life.phase === 'firing') {
    life.phase = 'clearing'
    life.phaseAwake = step.awake
    life.runs = 1
  } else if (step.runEnded) {
    life.runs += 1
  }
  clearNoData(life)
  if (life.runs < options.okRuns) return life // only the end of a run can close it
  life.dueAwake = life.phaseAwake + options.keepForMs
  return step.awake < life.dueAwake ? life : undefined
}

/** Keeps the last finding while a rule has no data or throws. After `holdMs`, the finding no longer counts. */
function handleNoData(
  life: RuleLife | undefined,
  rule: string,
  answer: Exclude<RuleAnswer, { kind: 'fine' | 'bad' }>,
  step: LifeStep,
): RuleLife | undefined {
  const threw = answer.kind === 'failed'
  if (!isOpen(life)) {
    if (threw) return life?.phase === 'failing' ? life : fail(rule, answer.reason, step)
    return life?.phase === 'pending' && !hasLost(life, step) ? life : undefined
  }
  // The fine samples must be consecutive, so the clearing starts again.
  life.phase = 'firing'
  life.threw = threw
  life.lost = hasLost(life, step)
  return life
}

function hasLost(life: RuleLife, { awake, holdMs }: LifeStep): boolean {
  life.noDataAwake ??= awake
  life.dueAwake = life.noDataAwake + holdMs
  if (awake < life.dueAwake) return false
  life.dueAwake = undefined
  return true
}

function fail(rule: string, reason: string | undefined, step: LifeStep): RuleLife {
  const text = reason ?? 'the rule threw'
  const life = begin(rule, { status: 'degraded', value: 0, limit: 0, reason: text }, step)
  life.phase = 'failing'
  life.threw = true
  return life
}

function clearNoData(life: RuleLife): void {
  life.noDataAwake = undefined
  life.threw = false
  life.lost = false
  life.dueAwake = undefined
}
