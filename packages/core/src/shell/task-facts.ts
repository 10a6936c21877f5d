import type { Now } from '../base/now.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskStateName } from '../base/words.ts'
import type { TaskFacts } from '../health/facts.ts'
import { stateOf } from '../kernel/state.ts'
import { inWindow } from '../restart/ledger.ts'
import type { LiveRun } from './live-run.ts'
import { oldestRunOf } from './live-run.ts'
import type { TaskEntry } from './task-record.ts'

const noRestarts = { inWindow: 0, limit: 0, total: 0, sinceLastMs: undefined } as const

/** The facts of one task at one moment, read when they are asked for: most rules need few of them. */
export class EntryFacts implements TaskFacts {
  readonly #entry: TaskEntry
  readonly #now: Now

  constructor(entry: TaskEntry, now: Now) {
    this.#entry = entry
    this.#now = now
  }

  get task(): TaskInfo {
    return this.#entry.info
  }

  get state(): TaskStateName {
    return stateOf(this.#entry.state)
  }

  get now(): number {
    return this.#now.wall
  }

  get armedMs(): number {
    return this.#now.loop - this.#entry.start.loop
  }

  get runs(): number {
    const { outcomes } = this.#entry.metrics
    return outcomes.succeeded + this.failures
  }

  get failures(): number {
    const { outcomes } = this.#entry.metrics
    return outcomes.failed + outcomes['timed-out'] + outcomes.abandoned
  }

  get consecutiveFailures(): number {
    return this.#entry.metrics.consecutiveFailures
  }

  get lastOutcome(): Outcome | undefined {
    return this.#entry.metrics.lastOutcome
  }

  get lastDurationMs(): number | undefined {
    return this.#entry.metrics.lastDurationMs
  }

  get lastLatenessMs(): number | undefined {
    return this.#entry.metrics.lastLatenessMs
  }

  get lastLateCause(): LateCause | undefined {
    return this.#entry.rarely.lastLateCause
  }

  get sinceSuccessMs(): number | undefined {
    const { lastSuccessLoop } = this.#entry
    return lastSuccessLoop === undefined ? undefined : this.#now.loop - lastSuccessLoop
  }

  get unmetSlots(): number {
    return this.#entry.unmetSlots
  }

  get unmetMs(): number {
    return this.#entry.unmetSlots === 0 ? 0 : this.#now.loop - this.#entry.unmetSince
  }

  get oldest(): TaskFacts['oldest'] {
    const run = oldestRunOf(this.#entry)
    if (run === undefined) return undefined
    const { loop } = this.#now
    return { ageMs: loop - run.startedLoop, sinceBeatMs: loop - run.beatLoop, beats: run.beats }
  }

  get stuckMs(): number | undefined {
    const { state } = this.#entry
    const { stuckSince } = this.#entry.rarely
    if (stuckSince === undefined || state.abandoned <= state.config.allowAbandoned) return undefined
    return this.#now.loop - stuckSince
  }

  get p99Ms(): number | undefined {
    return this.#durations().quantile(0.99)
  }

  get samples(): number {
    return this.#durations().count
  }

  #durations() {
    const { metrics } = this.#entry
    metrics.advance(this.#now.wall)
    const recent = metrics.recentSuccess
    return recent.count >= 20 ? recent : metrics.success
  }

  recent(windowMs: number): { readonly succeeded: number; readonly failed: number } {
    return this.#entry.metrics.recent(windowMs, this.#now.wall)
  }

  get restarts(): TaskFacts['restarts'] {
    const { state } = this.#entry
    const { lastRestartLoop } = this.#entry.rarely
    const { ledger, config } = state
    if (config.kind !== 'loop') return noRestarts
    const { restarts: limit, withinMs } = config.restart.budget
    return {
      inWindow: ledger === undefined ? 0 : inWindow(ledger, this.#now.mono, withinMs),
      limit,
      total: ledger?.total ?? 0,
      sinceLastMs: lastRestartLoop === undefined ? undefined : this.#now.loop - lastRestartLoop,
    }
  }

  get givenUp(): TaskFacts['givenUp'] {
    const { state } = this.#entry
    if (state.mode === 'parked') return 'parked'
    if (state.mode === 'failed') return 'failed'
    if (state.mode === 'stopped') return 'stopped'
    // A trial has to prove itself before the task is trusted again.
    const run = oldestRunOf(this.#entry)
    if (run?.state.trial !== true) return undefined
    return this.#now.mono - run.state.startedAt < state.config.restart.stableAfterMs ? 'parked' : undefined
  }

  get downMs(): number | undefined {
    const { state, info } = this.#entry
    const { downSince } = this.#entry.rarely
    if (info.schedule.kind !== 'loop' || state.paused || state.mode === 'registered') return undefined
    const run = oldestRunOf(this.#entry)
    if (downSince === undefined || (run && isUp(run, this.#now.loop))) return undefined
    return this.#now.loop - downSince
  }

  get blockedMs(): number {
    return this.#entry.metrics.recentBlockMs(this.#now.wall)
  }
}

/** A loop that says nothing of itself is taken to be up again when a run has lived for so long. */
const upAfterMs = 10_000

/** Whether the run of a loop ends the time in which that was down: one that fails at once does not. */
export function isUp({ state, startedLoop }: LiveRun, loop: number): boolean {
  return state.isReady || loop - startedLoop >= upAfterMs
}
