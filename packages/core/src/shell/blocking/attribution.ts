import type { Stall } from '../../base/clock.ts'
import type { LoopBlocked } from '../../events/events.ts'
import { liveRuns } from '../../kernel/state.ts'
import type { Engine } from '../kernel-loop.ts'
import type { TaskEntry } from '../task-record.ts'
import type { Evidence } from './block-stats.ts'
import type { Suspicion } from './suspicion.ts'
import { prime, suspicionOf } from './suspicion.ts'
import { type Hold, Holds } from './sync-blocks.ts'

/** Shorter synchronous parts are not even noted. */
export const leastSyncMs = 20
/** Synchronous parts explain a stall when together they make up so much of it. */
const leastSync = 0.5
/** Who was active and who held the loop are named up to so many. */
const mostNames = 20
/** After so many stalls all evidence counts half: what was so long ago matters less and less. */
const mostEvents = 100

/** Finds out which task holds the event loop, without async_hooks: by what is active whenever it is held. */
export class Blame {
  readonly #engine: Engine
  /** Tasks against which there may be evidence: those that ever ran. */
  readonly #known = new Set<TaskEntry>()
  readonly #holds = new Holds()
  #events = 0
  #lagMs = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Notes how long the synchronous part of a run took; this is exact. */
  onSync(entry: TaskEntry, endMono: number, ms: number): void {
    this.#holds.add(entry, endMono, ms)
  }

  /** Keeps the time in which `entry` has live runs. */
  onActivity(entry: TaskEntry, mono: number): void {
    const isActive = liveRuns(entry.state) > 0
    const { evidence } = entry
    if (evidence === undefined) {
      if (!isActive) return
      entry.evidence = this.#newEvidence(mono)
      this.#known.add(entry)
    } else if (isActive && Number.isNaN(evidence.busySince)) {
      evidence.busySince = mono
      evidence.spans += 1
    } else if (!isActive && !Number.isNaN(evidence.busySince)) {
      evidence.busyMs += mono - evidence.busySince
      evidence.busySince = Number.NaN
      evidence.endedMono = mono
    }
  }

  #newEvidence(mono: number): Evidence {
    return {
      events: 0,
      lagMs: 0,
      busyMs: 0,
      busySince: mono,
      endedMono: Number.NEGATIVE_INFINITY,
      spans: 1,
      sinceMono: mono,
      sinceEvents: this.#events,
      sinceLagMs: this.#lagMs,
    }
  }

  /** The task whose synchronous parts have held the event loop longest since `mono`, as far as the last stall. */
  longestHold(mono: number): Hold | undefined {
    return this.#holds.since(mono)[0]
  }

  forget(entry: TaskEntry): void {
    this.#known.delete(entry)
  }

  /** The loop was held: charges it, and tells it with a suspect if there is one. */
  onStall(stall: Stall): void {
    const { mono, wall } = this.#engine.now()
    this.#events += 1
    this.#lagMs += stall.ms
    const active: TaskEntry[] = []
    for (const entry of this.#known) {
      const { evidence } = entry
      if (!evidence || !wasActive(evidence, stall)) continue
      evidence.events += 1
      evidence.lagMs += stall.ms
      active.push(entry)
    }
    const holds = this.#explainedBy(stall)
    const suspect = bySync(holds, stall) ?? this.#byLag(active, mono)
    if (this.#events >= mostEvents) this.#age(mono)
    const event: LoopBlocked = {
      type: 'loop.blocked',
      at: wall,
      ms: stall.ms,
      suspect: suspect && { task: suspect.entry.info.name, score: suspect.score, by: suspect.by },
      held: holds.slice(0, mostNames).map(({ entry, ms }) => ({ task: entry.info.name, ms })),
      active: active.slice(0, mostNames).map(({ info }) => info.name),
    }
    this.#engine.batch(() => {
      this.#engine.tell(event)
      for (const hold of holds) this.#charge(hold, wall)
      if (suspect?.by === 'lag')
        this.#charge({ entry: suspect.entry, ms: stall.ms, longestMs: stall.ms }, wall)
    })
  }

  #charge({ entry, ms, longestMs }: Hold, wall: number): void {
    entry.metrics.blocked(ms, longestMs, wall)
    entry.mustJudge = true
    this.#engine.touch(entry)
  }

  /** The synchronous parts that make up the stall; none if most of it was something else. */
  #explainedBy(stall: Stall): readonly Hold[] {
    const holds = this.#holds.take(stall)
    const heldMs = holds.reduce((sum, { ms }) => sum + ms, 0)
    return heldMs < leastSync * stall.ms ? [] : holds
  }

  /** The one among the active tasks whose being active goes with the stalls. */
  #byLag(active: readonly TaskEntry[], mono: number) {
    const suspicions: (Suspicion & { readonly entry: TaskEntry })[] = []
    for (const entry of active) {
      if (!entry.evidence) continue
      const { events, lagMs, spans, sinceMono, sinceEvents, sinceLagMs } = entry.evidence
      const activeMs = busyBy(entry.evidence, mono)
      const suspicion = suspicionOf(
        { events, lagMs, activeMs, spans },
        { events: this.#events - sinceEvents, lagMs: this.#lagMs - sinceLagMs, totalMs: mono - sinceMono },
      )
      if (suspicion) suspicions.push({ ...suspicion, entry })
    }
    const named = prime(suspicions, this.#known.size)
    return named && { entry: named.entry, score: named.score, by: 'lag' as const }
  }

  /** Halves all that was counted. */
  #age(mono: number): void {
    this.#events /= 2
    this.#lagMs /= 2
    for (const { evidence } of this.#known) {
      if (!evidence) continue
      evidence.busyMs = busyBy(evidence, mono) / 2
      if (!Number.isNaN(evidence.busySince)) evidence.busySince = mono
      evidence.events /= 2
      evidence.lagMs /= 2
      evidence.spans /= 2
      evidence.sinceMono = (evidence.sinceMono + mono) / 2
      evidence.sinceEvents /= 2
      evidence.sinceLagMs /= 2
    }
  }
}

function bySync([longest]: readonly Hold[], stall: Stall) {
  return longest && { entry: longest.entry, score: longest.ms / stall.ms, by: 'sync' as const }
}

/** For how long it has been active, up to now. */
function busyBy({ busyMs, busySince }: Evidence, mono: number): number {
  return Number.isNaN(busySince) ? busyMs : busyMs + mono - busySince
}

/** Whether a run of the task lived when the loop was last seen free, or began in that very turn. */
function wasActive(evidence: Evidence, stall: Stall): boolean {
  if (!Number.isNaN(evidence.busySince)) return evidence.busySince <= stall.sinceMono + stall.ms
  return evidence.endedMono >= stall.sinceMono
}
