import type { Stall } from '../../base/clock.ts'
import type { EventOf } from '../../events/events.ts'
import { liveRuns } from '../../kernel/state.ts'
import type { KernelLoop } from '../kernel-loop.ts'
import type { TaskRecord } from '../task-record.ts'
import type { BlockStats } from './block-stats.ts'
import type { Suspicion } from './suspicion.ts'
import { prime, suspicionOf } from './suspicion.ts'
import { type SyncBlock, SyncBlocks } from './sync-blocks.ts'

/** Shorter synchronous parts are not even noted. */
export const leastSyncMs = 20
/** Synchronous parts explain a stall when together they make up so much of it. */
const leastSync = 0.5
/** Who was active and who held the loop are named up to so many. */
const mostNames = 20
/** After so many stalls all blockStats counts half: what was so long ago matters less and less. */
const mostEvents = 100

/** Finds out which task holds the event loop, without async_hooks: by what is active whenever it is held. */
export class BlockAttribution {
  readonly #kernelLoop: KernelLoop
  /** Tasks against which there may be blockStats: those that ever ran. */
  readonly #known = new Set<TaskRecord>()
  readonly #holds = new SyncBlocks()
  #events = 0
  #lagMs = 0

  constructor(kernelLoop: KernelLoop) {
    this.#kernelLoop = kernelLoop
  }

  /** Notes how long the synchronous part of a run took; this is exact. */
  onSync(record: TaskRecord, endMono: number, ms: number): void {
    this.#holds.add(record, endMono, ms)
  }

  /** Keeps the time in which `record` has live runs. */
  onActivity(record: TaskRecord, mono: number): void {
    const isActive = liveRuns(record.state) > 0
    const { blockStats } = record
    if (blockStats === undefined) {
      if (!isActive) return
      record.blockStats = this.#newStats(mono)
      this.#known.add(record)
    } else if (isActive && Number.isNaN(blockStats.busySince)) {
      blockStats.busySince = mono
      blockStats.spans += 1
    } else if (!isActive && !Number.isNaN(blockStats.busySince)) {
      blockStats.busyMs += mono - blockStats.busySince
      blockStats.busySince = Number.NaN
      blockStats.endedMono = mono
    }
  }

  #newStats(mono: number): BlockStats {
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
  longestBlock(mono: number): SyncBlock | undefined {
    return this.#holds.since(mono)[0]
  }

  forget(record: TaskRecord): void {
    this.#known.delete(record)
  }

  /** The loop was held: charges it, and tells it with a suspect if there is one. */
  onStall(stall: Stall): void {
    const { mono, wall } = this.#kernelLoop.now()
    this.#events += 1
    this.#lagMs += stall.ms
    const active: TaskRecord[] = []
    for (const record of this.#known) {
      const { blockStats } = record
      if (!blockStats || !wasActive(blockStats, stall)) continue
      blockStats.events += 1
      blockStats.lagMs += stall.ms
      active.push(record)
    }
    const holds = this.#explainedBy(stall)
    const suspect = bySync(holds, stall) ?? this.#byLag(active, mono)
    if (this.#events >= mostEvents) this.#age(mono)
    const event: EventOf<'loop.blocked'> = {
      type: 'loop.blocked',
      at: wall,
      ms: stall.ms,
      suspect: suspect && { task: suspect.record.info.name, score: suspect.score, by: suspect.by },
      held: holds.slice(0, mostNames).map(({ record, ms }) => ({ task: record.info.name, ms })),
      active: active.slice(0, mostNames).map(({ info }) => info.name),
    }
    this.#kernelLoop.batch(() => {
      this.#kernelLoop.emit(event)
      for (const hold of holds) this.#charge(hold, wall)
      if (suspect?.by === 'lag')
        this.#charge({ record: suspect.record, ms: stall.ms, longestMs: stall.ms }, wall)
    })
  }

  #charge({ record, ms, longestMs }: SyncBlock, wall: number): void {
    record.metrics.blocked(ms, longestMs, wall)
    record.mustJudge = true
    this.#kernelLoop.touch(record)
  }

  /** The synchronous parts that make up the stall; none if most of it was something else. */
  #explainedBy(stall: Stall): readonly SyncBlock[] {
    const holds = this.#holds.take(stall)
    const heldMs = holds.reduce((sum, { ms }) => sum + ms, 0)
    return heldMs < leastSync * stall.ms ? [] : holds
  }

  /** The one among the active tasks whose being active goes with the stalls. */
  #byLag(active: readonly TaskRecord[], mono: number) {
    const suspicions: (Suspicion & { readonly record: TaskRecord })[] = []
    for (const record of active) {
      if (!record.blockStats) continue
      const { events, lagMs, spans, sinceMono, sinceEvents, sinceLagMs } = record.blockStats
      const activeMs = busyBy(record.blockStats, mono)
      const suspicion = suspicionOf(
        { events, lagMs, activeMs, spans },
        { events: this.#events - sinceEvents, lagMs: this.#lagMs - sinceLagMs, totalMs: mono - sinceMono },
      )
      if (suspicion) suspicions.push({ ...suspicion, record })
    }
    const named = prime(suspicions, this.#known.size)
    return named && { record: named.record, score: named.score, by: 'lag' as const }
  }

  /** Halves all that was counted. */
  #age(mono: number): void {
    this.#events /= 2
    this.#lagMs /= 2
    for (const { blockStats } of this.#known) {
      if (!blockStats) continue
      blockStats.busyMs = busyBy(blockStats, mono) / 2
      if (!Number.isNaN(blockStats.busySince)) blockStats.busySince = mono
      blockStats.events /= 2
      blockStats.lagMs /= 2
      blockStats.spans /= 2
      blockStats.sinceMono = (blockStats.sinceMono + mono) / 2
      blockStats.sinceEvents /= 2
      blockStats.sinceLagMs /= 2
    }
  }
}

function bySync([longest]: readonly SyncBlock[], stall: Stall) {
  return longest && { record: longest.record, score: longest.ms / stall.ms, by: 'sync' as const }
}

/** For how long it has been active, up to now. */
function busyBy({ busyMs, busySince }: BlockStats, mono: number): number {
  return Number.isNaN(busySince) ? busyMs : busyMs + mono - busySince
}

/** Whether a run of the task lived when the loop was last seen free, or began in that very turn. */
function wasActive(blockStats: BlockStats, stall: Stall): boolean {
  if (!Number.isNaN(blockStats.busySince)) return blockStats.busySince <= stall.sinceMono + stall.ms
  return blockStats.endedMono >= stall.sinceMono
}
