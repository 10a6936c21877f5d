import type { Stall } from '../clock.ts'
import type { LoopBlocked } from '../events.ts'
import { liveRuns } from '../kernel/state.ts'
import type { Engine } from './engine.ts'
import type { TaskEntry } from './entry.ts'

/** Evidence against one task: how often, and for how long, the loop was held while it was active. */
export interface Evidence {
  events: number
  lagMs: number
  busyMs: number
  busySince: number | undefined
  endedMono: number
}

/** Fewer stalls than this accuse nobody. */
const leastEvents = 5
/** So many times more lag per second while the task is active than while it is not. */
const leastScore = 3
/** A task that is idle for less of the time can't be told from the rest of the process. */
const leastIdle = 0.1
/** A synchronous prefix explains a stall when it makes up so much of it. */
const leastSync = 0.5

/** Finds out which task holds the event loop, without async_hooks: by what is active whenever it is held. */
export class Blame {
  readonly #engine: Engine
  /** Tasks against which there may be evidence: those that ever ran. */
  readonly #known = new Set<TaskEntry>()
  #events = 0
  #lagMs = 0
  readonly #sinceMono: number
  #sync: { readonly entry: TaskEntry; readonly endMono: number; readonly ms: number } | undefined

  constructor(engine: Engine) {
    this.#engine = engine
    this.#sinceMono = engine.clock.monotonic()
  }

  /** Notes how long the synchronous part of a run took; this is exact. */
  onSync(entry: TaskEntry, endMono: number, ms: number): void {
    if (this.#sync === undefined || ms >= this.#sync.ms || endMono - this.#sync.endMono > 1_000) {
      this.#sync = { entry, endMono, ms }
    }
  }

  /** Keeps the time in which `entry` has live runs. */
  onActivity(entry: TaskEntry, mono: number): void {
    const isActive = liveRuns(entry.state) > 0
    const { evidence } = entry
    if (evidence === undefined) {
      if (!isActive) return
      const endedMono = Number.NEGATIVE_INFINITY
      entry.evidence = { events: 0, lagMs: 0, busyMs: 0, busySince: mono, endedMono }
      this.#known.add(entry)
      return
    }
    if (isActive) evidence.busySince ??= mono
    else if (evidence.busySince !== undefined) {
      evidence.busyMs += mono - evidence.busySince
      evidence.busySince = undefined
      evidence.endedMono = mono
    }
  }

  forget(entry: TaskEntry): void {
    this.#known.delete(entry)
  }

  /** The loop was held: charges it, and tells it with a suspect if there is one. */
  onStall(stall: Stall): void {
    const { mono, wall } = this.#engine.now()
    this.#events += 1
    this.#lagMs += stall.ms
    const active: string[] = []
    for (const entry of this.#known) {
      const { evidence } = entry
      if (!evidence || !wasActive(evidence, stall)) continue
      evidence.events += 1
      evidence.lagMs += stall.ms
      active.push(entry.info.name)
    }
    const suspect = this.#bySync(stall) ?? this.#byLag(mono)
    const event: LoopBlocked = {
      type: 'loop.blocked',
      at: wall,
      ms: stall.ms,
      suspect: suspect && { task: suspect.entry.info.name, score: suspect.score, by: suspect.by },
      active: active.slice(0, 20),
    }
    this.#engine.batch(() => {
      this.#engine.tell(event)
      if (suspect) this.#charge(suspect.entry, stall.ms, wall)
    })
  }

  #charge(entry: TaskEntry, ms: number, wall: number): void {
    entry.metrics.blocked(ms, wall)
    entry.mustJudge = true
    this.#engine.touch(entry)
  }

  #bySync(stall: Stall) {
    const sync = this.#sync
    if (sync === undefined || sync.endMono < stall.sinceMono || sync.ms < leastSync * stall.ms)
      return undefined
    return { entry: sync.entry, score: sync.ms / stall.ms, by: 'sync' as const }
  }

  #byLag(mono: number) {
    const totalMs = mono - this.#sinceMono
    let best: { readonly entry: TaskEntry; readonly score: number; readonly by: 'lag' } | undefined
    for (const entry of this.#known) {
      if (!entry.evidence) continue
      const { events, lagMs, busyMs, busySince } = entry.evidence
      if (events < leastEvents || events < this.#events / 2) continue
      const activeMs = busyMs + (busySince === undefined ? 0 : mono - busySince)
      const idleMs = totalMs - activeMs
      if (idleMs < leastIdle * totalMs || activeMs <= 0) continue
      // One stall's worth of doubt: without any lag in idle time the quotient would be infinite at once.
      const idleLagMs = Math.max(this.#lagMs - lagMs, (lagMs / events) * 0.5)
      const score = lagMs / activeMs / (idleLagMs / idleMs)
      if (score >= leastScore && score > (best?.score ?? 0)) best = { entry, score, by: 'lag' }
    }
    return best
  }
}

/** Whether a run of the task lived when the loop was last seen free, or began in that very turn. */
function wasActive(evidence: Evidence, stall: Stall): boolean {
  if (evidence.busySince !== undefined) return evidence.busySince <= stall.sinceMono + stall.ms
  return evidence.endedMono >= stall.sinceMono
}
