import type { LoopBlock } from '../../base/clock.ts'
import type { TaskRecord } from '../task-record.ts'

export interface SyncBlock {
  readonly record: TaskRecord
  readonly ms: number
  readonly longestMs: number
}

interface Span {
  readonly record: TaskRecord
  readonly startMono: number
  endMono: number
  ms: number
  longestMs: number
}

const pauseMs = 1
const maxSpans = 100

export class SyncBlocks {
  #spans: Span[] = []
  #taken: readonly Span[] = []

  /**
   * `wholeMs` may include synchronous calls of other tasks. The time of these calls was already recorded and is
   * subtracted.
   */
  add(record: TaskRecord, endMono: number, wholeMs: number): void {
    const startMono = endMono - wholeMs
    const ms = wholeMs - this.#recordedSince(startMono)
    const last = this.#spans.at(-1)
    if (last?.record === record && startMono - last.endMono <= pauseMs) {
      last.endMono = endMono
      last.ms += ms
      last.longestMs = Math.max(last.longestMs, wholeMs)
      return
    }
    if (this.#spans.length === maxSpans) this.#spans.shift()
    this.#spans.push({ record, startMono, endMono, ms, longestMs: wholeMs })
  }

  #recordedSince(mono: number): number {
    let ms = 0
    for (let index = this.#spans.length - 1; index >= 0; index -= 1) {
      const span = this.#spans[index]
      if (span === undefined || span.endMono <= mono) break
      ms += Math.min(span.ms, span.endMono - mono)
    }
    return ms
  }

  /** Returns one entry for each task, the longest first. */
  take({ sinceMono }: LoopBlock): readonly SyncBlock[] {
    this.#taken = this.#spans
    this.#spans = []
    return sumByTask(this.#taken, sinceMono)
  }

  /**
   * Returns one entry for each task, the longest first. Old entries may be missing, because only the newest calls are
   * kept.
   */
  since(mono: number): readonly SyncBlock[] {
    const newest = this.#spans.at(-1) ?? this.#taken.at(-1)
    return newest === undefined || newest.endMono <= mono
      ? []
      : sumByTask([...this.#taken, ...this.#spans], mono)
  }
}

function sumByTask(spans: readonly Span[], sinceMono: number): readonly SyncBlock[] {
  const blocks = new Map<TaskRecord, SyncBlock>()
  for (const span of spans) {
    // A span may have begun before `sinceMono`.
    const withinMs = Math.min(span.ms, span.endMono - sinceMono)
    if (withinMs <= 0) continue
    const { ms = 0, longestMs = 0 } = blocks.get(span.record) ?? {}
    blocks.set(span.record, {
      record: span.record,
      ms: ms + withinMs,
      longestMs: Math.max(longestMs, Math.min(span.longestMs, withinMs)),
    })
  }
  return [...blocks.values()].sort((a, b) => b.ms - a.ms)
}
