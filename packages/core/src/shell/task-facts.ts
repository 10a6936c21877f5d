import { toMs } from '../base/duration.ts'
import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'
import type { TaskFacts } from '../health/facts.ts'
import { isTrial, liveRuns, stateOf } from '../kernel/state.ts'
import { inWindow } from '../restart/ledger.ts'
import { elapsed } from '../schedule/elapsed.ts'
import type { LiveRun } from './live-run.ts'
import { mostSilentRunOf, oldestRunOf } from './live-run.ts'
import { endLoopFailures, hasUpRun } from './loop-up.ts'
import type { TaskRecord } from './task-record.ts'

const noRestarts = { inWindow: 0, limit: 0, total: 0, sinceLastMs: undefined } as const

/** The functions are getters, because a rule may destructure the facts. */
export class RecordFacts implements TaskFacts {
  readonly #record: TaskRecord
  readonly #now: Now
  /**
   * Most ages are measured until this time: the start of the current pause or standby. Without a pause or standby,
   * until now.
   */
  readonly #until: Now
  readonly #awake: number

  constructor(record: TaskRecord, now: Now) {
    this.#record = record
    this.#now = now
    this.#until = record.readonlyExtras.suspendedSince ?? now
    this.#awake = this.#until.awake
  }

  get task(): TaskInfo {
    return this.#record.info
  }

  get state(): TaskState {
    return stateOf(this.#record.state)
  }

  get now(): number {
    return this.#now.wall
  }

  get armedMs(): number {
    return Math.max(0, this.#awake - this.#record.start.awake)
  }

  get activeMs(): number {
    return this.#record.readonlyExtras.activeBeforeMs + this.armedMs
  }

  get runs(): number {
    const { outcomes } = this.#record.metrics
    return outcomes.succeeded + this.failures
  }

  get failures(): number {
    const { outcomes } = this.#record.metrics
    return outcomes.failed + outcomes['timed-out'] + outcomes.abandoned
  }

  get consecutiveFailures(): number {
    endLoopFailures(this.#record, () => this.#now)
    return this.#record.metrics.consecutiveFailures
  }

  get lastOutcome(): Outcome | undefined {
    return this.#record.metrics.lastOutcome
  }

  get lastDurationMs(): number | undefined {
    return this.#record.metrics.lastDurationMs
  }

  get lastLatenessMs(): number | undefined {
    return this.#record.metrics.lastLatenessMs
  }

  get lastLateCause(): LateCause | undefined {
    return this.#record.readonlyExtras.lastLateCause
  }

  get sinceSuccessMs(): number | undefined {
    const { lastSuccessAwake, readonlyExtras } = this.#record
    if (lastSuccessAwake === undefined) return undefined
    return Math.max(0, this.#awake - lastSuccessAwake - readonlyExtras.heldSinceSuccessMs)
  }

  get unmetSlots(): number {
    const { unmetSlots, state } = this.#record
    const own = unmetSlots + heldBackSlots(this.#record, this.#awake)
    const postponed = postponedSlots(this.#record, this.#now, this.#awake)
    // For a host, a slot becomes due even if a reschedule postpones it. A sum could count this slot twice.
    return state.host ? Math.max(own, postponed) : own + postponed
  }

  get unmetMs(): number {
    const { unmetSlots, unmetSince, readonlyExtras } = this.#record
    const { heldBack } = readonlyExtras
    const dueAwake = Math.min(
      unmetSlots > 0 ? unmetSince : Number.POSITIVE_INFINITY,
      heldBack?.dueAwake ?? Number.POSITIVE_INFINITY,
      postponedDue(this.#record, this.#now),
    )
    return Number.isFinite(dueAwake) ? Math.max(0, this.#awake - dueAwake) : 0
  }

  get missing(): TaskFacts['missing'] {
    const { metrics, readonlyExtras } = this.#record
    const { missing } = readonlyExtras
    if (missing === undefined) return undefined
    const { slots, sinceAwake } = missing
    return { slots, ageMs: this.#now.awake - sinceAwake, lastStartedAt: metrics.lastStartedAt }
  }

  get hasBeenUp(): boolean {
    const { readonlyExtras, info, lastSuccessAwake } = this.#record
    return readonlyExtras.hasBeenUp || (!info.schedule.restarts && lastSuccessAwake !== undefined)
  }

  get downError(): string | undefined {
    const { metrics, info, readonlyExtras } = this.#record
    if (readonlyExtras.hostDown) return readonlyExtras.hostDown.error
    const isConnection = info.schedule.startedBy === 'call' && info.schedule.restarts
    return isConnection && metrics.lastOutcome === 'failed' ? metrics.lastError?.message : undefined
  }

  get activeRuns(): number {
    return liveRuns(this.#record.state)
  }

  get sinceUnitMs(): number {
    const { lastUnitAwake } = this.#record.readonlyExtras
    return lastUnitAwake === undefined ? this.armedMs : Math.min(this.armedMs, this.#awake - lastUnitAwake)
  }

  get elsewhereMs(): number | undefined {
    const { runsElsewhereSince } = this.#record.readonlyExtras
    return runsElsewhereSince && Math.max(0, this.#until.wall - runsElsewhereSince)
  }

  get oldest(): TaskFacts['oldest'] {
    return this.#factsOf(oldestRunOf(this.#record))
  }

  get mostSilent(): TaskFacts['mostSilent'] {
    return ({ beating = false } = {}) => this.#factsOf(mostSilentRunOf(this.#record, beating))
  }

  #factsOf(run: LiveRun | undefined): TaskFacts['oldest'] {
    if (run === undefined) return undefined
    const ageMs = Math.max(0, this.#awake - run.startedAwake - run.heldMs)
    const sinceBeatMs = Math.max(0, this.#awake - run.beatAwake - run.heldSinceBeatMs)
    const { runId, beats } = run
    return { runId, ageMs, sinceBeatMs, beats }
  }

  get stuckMs(): number | undefined {
    const { stuckSinceAwake } = this.#record.readonlyExtras
    return stuckSinceAwake === undefined ? undefined : Math.max(0, this.#awake - stuckSinceAwake)
  }

  get p99Ms(): number | undefined {
    return this.#record.metrics.successDurations(this.#now.wall).quantile(0.99)
  }

  get samples(): number {
    return this.#record.metrics.successDurations(this.#now.wall).count
  }

  get recent(): TaskFacts['recent'] {
    return (window) => this.#record.metrics.recent(toMs('window', window), this.#until.wall)
  }

  get recentUnits(): TaskFacts['recentUnits'] {
    return (window) => this.#record.metrics.recentUnits(toMs('window', window), this.#until.wall)
  }

  get restarts(): TaskFacts['restarts'] {
    const { state } = this.#record
    const { lastRestartAwake, gaveUpAfter } = this.#record.readonlyExtras
    const { ledger, config } = state
    if (!this.#record.info.schedule.restarts) return noRestarts
    const { restarts: limit, withinMs } = config.restart.budget
    const used = ledger === undefined ? 0 : inWindow(ledger, this.#until.mono, withinMs)
    return {
      ...((this.givenUp === undefined ? undefined : gaveUpAfter) ?? { inWindow: used, limit }),
      total: ledger?.total ?? 0,
      sinceLastMs: lastRestartAwake === undefined ? undefined : this.#awake - lastRestartAwake,
    }
  }

  get givenUp(): TaskFacts['givenUp'] {
    const { state } = this.#record
    if (state.mode === 'parked') return 'parked'
    if (state.mode === 'failed') return 'failed'
    if (state.mode === 'stopped') return 'stopped'
    // During a trial, the loop still counts as parked until the run is stable.
    const run = oldestRunOf(this.#record)
    if (run === undefined || !isTrial(state, run.state)) return undefined
    return this.#now.mono - run.state.startedAt < state.config.restart.stableAfterMs ? 'parked' : undefined
  }

  get downMs(): number | undefined {
    const { state, info } = this.#record
    const { downSinceAwake, hostDown } = this.#record.readonlyExtras
    const isOwn = info.schedule.startedBy !== 'call'
    if ((state.paused && isOwn) || state.mode === 'registered') return undefined
    if (!info.schedule.restarts) return hostDown && Math.max(0, this.#awake - hostDown.sinceAwake)
    if (downSinceAwake === undefined || hasUpRun(this.#record, this.#awake)) return undefined
    return Math.max(0, this.#awake - downSinceAwake)
  }

  get fleetDown(): TaskFacts['fleetDown'] {
    const { fleetDown } = this.#record.readonlyExtras
    return fleetDown && { ms: Math.max(0, this.#now.awake - fleetDown.sinceAwake), error: fleetDown.error }
  }

  get blockedMs(): number {
    return this.#record.metrics.recentBlockMs(this.#until.wall)
  }
}

/** Returns the awake time at which a postponed task should have run; `Infinity` if the task was not postponed. */
export function postponedDue({ state, readonlyExtras: { postponed } }: TaskRecord, now: Now): number {
  if (postponed === undefined) return Number.POSITIVE_INFINITY
  const { slotDueAt } = state
  const waitMs = Number.isFinite(slotDueAt) ? now.awake - postponed.from + slotDueAt - now.mono : 0
  return postponed.since + Math.max(postponed.waitMs, waitMs)
}

function postponedSlots(record: TaskRecord, now: Now, awake: number): number {
  const overdueMs = awake - postponedDue(record, now)
  if (overdueMs < 0) return 0
  return 1 + Math.floor(overdueMs / (record.info.schedule.periodMs ?? Number.POSITIVE_INFINITY))
}

/** Returns how many slots would be due if the wall clock had not been set back. */
function heldBackSlots({ schedule, start, readonlyExtras }: TaskRecord, awake: number): number {
  const { heldBack } = readonlyExtras
  if (heldBack === undefined || schedule.slots === undefined || awake < heldBack.dueAwake) return 0
  const until = heldBack.slot + (awake - heldBack.dueAwake)
  return elapsed(schedule.slots, start.wall, heldBack.slot, until).count
}
