import type { LoopBlock } from '../../base/clock.ts'
import { unnumbered } from '../../events/base-event.ts'
import type { EventOf } from '../../events/events.ts'
import { liveRuns } from '../../kernel/state.ts'
import type { KernelLoop } from '../kernel-loop.ts'
import type { TaskRecord } from '../task-record.ts'
import type { BlockStats } from './block-stats.ts'
import type { Suspicion } from './suspicion.ts'
import { mainSuspect, suspicionOf } from './suspicion.ts'
import { type SyncBlock, SyncBlocks } from './sync-blocks.ts'

export const minSyncMs = 20
/** The recorded synchronous parts explain a block only if they fill at least this share of it. */
const minExplainedRatio = 0.5
const maxNames = 20
const startupMs = 5_000
/** After this number of blocks, all counts are halved. So newer blocks count more. */
const maxBlocks = 100

/**
 * Finds the task that blocks the event loop. For each block, the recorded synchronous parts of runs are checked
 * first. If they do not explain the block, statistics are used: which task had an active run during most blocks.
 */
export class BlockAttribution {
  readonly #kernelLoop: KernelLoop
  readonly #known = new Set<TaskRecord>()
  readonly #syncBlocks = new SyncBlocks()
  #blocks = 0
  #blockedMs = 0
  #unwatch: (() => void) | undefined
  #startedMono = Number.NEGATIVE_INFINITY

  constructor(kernelLoop: KernelLoop) {
    this.#kernelLoop = kernelLoop
  }

  start(): void {
    this.#startedMono = this.#kernelLoop.clock.monotonic()
    this.#unwatch = this.#kernelLoop.clock.watchBlocks((block) => this.#onBlock(block))
  }

  stop(): void {
    this.#unwatch?.()
  }

  onSync(record: TaskRecord, endMono: number, ms: number): void {
    this.#syncBlocks.add(record, endMono, ms)
  }

  onActivity(record: TaskRecord, mono: number): void {
    const isActive = liveRuns(record.state) > 0
    const { blockStats } = record
    if (blockStats === undefined) {
      if (!isActive) return
      record.blockStats = this.#newStats(mono)
      this.#known.add(record)
    } else if (isActive && Number.isNaN(blockStats.activeSince)) {
      blockStats.activeSince = mono
      blockStats.spans += 1
    } else if (!isActive && !Number.isNaN(blockStats.activeSince)) {
      blockStats.activeMs += mono - blockStats.activeSince
      blockStats.activeSince = Number.NaN
      blockStats.endedMono = mono
    }
  }

  #newStats(mono: number): BlockStats {
    return {
      blocks: 0,
      blockedMs: 0,
      activeMs: 0,
      activeSince: mono,
      endedMono: Number.NEGATIVE_INFINITY,
      spans: 1,
      sinceMono: mono,
      sinceBlocks: this.#blocks,
      sinceBlockedMs: this.#blockedMs,
    }
  }

  longestBlock(mono: number): SyncBlock | undefined {
    return this.#syncBlocks.since(mono)[0]
  }

  forget(record: TaskRecord): void {
    this.#known.delete(record)
  }

  #onBlock(block: LoopBlock): void {
    const { mono, wall } = this.#kernelLoop.now()
    this.#blocks += 1
    this.#blockedMs += block.ms
    const active: TaskRecord[] = []
    for (const record of this.#known) {
      const { blockStats } = record
      if (!blockStats || !wasActive(blockStats, block)) continue
      blockStats.blocks += 1
      blockStats.blockedMs += block.ms
      active.push(record)
    }
    const measured = this.#measured(block)
    const suspect = longestOf(measured, block) ?? this.#correlated(active, mono)
    if (this.#blocks >= maxBlocks) this.#halve(mono)
    const event: EventOf<'loop.blocked'> = {
      type: 'loop.blocked',
      seq: unnumbered,
      at: wall,
      ms: block.ms,
      suspect: suspect && { task: suspect.record.info.name, score: suspect.score, by: suspect.by },
      measured: measured.slice(0, maxNames).map(({ record, ms }) => ({ task: record.info.name, ms })),
      active: active.slice(0, maxNames).map(({ info }) => info.name),
      atStartup: block.sinceMono < this.#startedMono + startupMs || undefined,
    }
    this.#kernelLoop.batch(() => {
      this.#kernelLoop.emit(event)
      for (const part of measured) this.#charge(part, wall)
      if (suspect?.by === 'correlated')
        this.#charge({ record: suspect.record, ms: block.ms, longestMs: block.ms }, wall)
    })
  }

  #charge({ record, ms, longestMs }: SyncBlock, wall: number): void {
    record.metrics.blocked(ms, longestMs, wall)
    record.mustJudge = true
    this.#kernelLoop.touch(record)
  }

  #measured(block: LoopBlock): readonly SyncBlock[] {
    const parts = this.#syncBlocks.take(block)
    const measuredMs = parts.reduce((sum, { ms }) => sum + ms, 0)
    return measuredMs < minExplainedRatio * block.ms ? [] : parts
  }

  #correlated(active: readonly TaskRecord[], mono: number) {
    const suspicions: (Suspicion & { readonly record: TaskRecord })[] = []
    for (const record of active) {
      if (!record.blockStats) continue
      const { blocks, blockedMs, spans, sinceMono, sinceBlocks, sinceBlockedMs } = record.blockStats
      const activeMs = activeUntil(record.blockStats, mono)
      const suspicion = suspicionOf(
        { blocks, blockedMs, activeMs, spans },
        {
          blocks: this.#blocks - sinceBlocks,
          blockedMs: this.#blockedMs - sinceBlockedMs,
          totalMs: mono - sinceMono,
        },
      )
      if (suspicion) suspicions.push({ ...suspicion, record })
    }
    const suspect = mainSuspect(suspicions, this.#known.size)
    return suspect && { record: suspect.record, score: suspect.score, by: 'correlated' as const }
  }

  #halve(mono: number): void {
    this.#blocks /= 2
    this.#blockedMs /= 2
    for (const { blockStats } of this.#known) {
      if (!blockStats) continue
      blockStats.activeMs = activeUntil(blockStats, mono) / 2
      if (!Number.isNaN(blockStats.activeSince)) blockStats.activeSince = mono
      blockStats.blocks /= 2
      blockStats.blockedMs /= 2
      blockStats.spans /= 2
      blockStats.sinceMono = (blockStats.sinceMono + mono) / 2
      blockStats.sinceBlocks /= 2
      blockStats.sinceBlockedMs /= 2
    }
  }
}

function longestOf([longest]: readonly SyncBlock[], block: LoopBlock) {
  return longest && { record: longest.record, score: longest.ms / block.ms, by: 'measured' as const }
}

function activeUntil({ activeMs, activeSince }: BlockStats, mono: number): number {
  return Number.isNaN(activeSince) ? activeMs : activeMs + mono - activeSince
}

function wasActive(blockStats: BlockStats, block: LoopBlock): boolean {
  if (!Number.isNaN(blockStats.activeSince)) return blockStats.activeSince <= block.sinceMono + block.ms
  return blockStats.endedMono >= block.sinceMono
}
