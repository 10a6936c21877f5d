import type { Stall } from '../../base/clock.ts'
import type { TaskRecord } from '../task-record.ts'

/** How long the synchronous parts of one task held the event loop in one stall. */
export interface SyncBlock {
  readonly record: TaskRecord
  readonly ms: number
  /** The longest of them. */
  readonly longestMs: number
}

/** Synchronous parts of one task, one after the other. */
interface Span {
  readonly record: TaskRecord
  readonly startMono: number
  endMono: number
  ms: number
  longestMs: number
}

/** With a longer pause between them, two parts are apart. */
const pauseMs = 1
/** The oldest makes room for the newest: a stall is told at its end, and nobody else ever asks. */
const mostSpans = 100

/** The synchronous parts of runs that may turn out to be a stall. They are measured, so nobody is charged with another's. */
export class SyncBlocks {
  #spans: Span[] = []
  /** Those of the last stall. */
  #taken: readonly Span[] = []

  /**
   * The function of a run of `record` gave the event loop back at `endMono`, after `wholeMs`. Instrumented functions may call
   * each other: what was noted within that time is not its own.
   */
  add(record: TaskRecord, endMono: number, wholeMs: number): void {
    const startMono = endMono - wholeMs
    const ms = wholeMs - this.#notedSince(startMono)
    const last = this.#spans.at(-1)
    if (last?.record === record && startMono - last.endMono <= pauseMs) {
      last.endMono = endMono
      last.ms += ms
      last.longestMs = Math.max(last.longestMs, wholeMs)
      return
    }
    if (this.#spans.length === mostSpans) this.#spans.shift()
    this.#spans.push({ record, startMono, endMono, ms, longestMs: wholeMs })
  }

  #notedSince(mono: number): number {
    let ms = 0
    for (let index = this.#spans.length - 1; index >= 0; index -= 1) {
      const span = this.#spans[index]
      if (span === undefined || span.endMono <= mono) break
      ms += Math.min(span.ms, span.endMono - mono)
    }
    return ms
  }

  /** What each task held of a stall that has just ended, the longest first. Forgets them, and all before. */
  take({ sinceMono }: Stall): readonly SyncBlock[] {
    this.#taken = this.#spans
    this.#spans = []
    return within(this.#taken, sinceMono)
  }

  /** What each task has held since `mono`, the longest first, as far as the last stall. */
  since(mono: number): readonly SyncBlock[] {
    const newest = this.#spans.at(-1) ?? this.#taken.at(-1)
    return newest === undefined || newest.endMono <= mono
      ? []
      : within([...this.#taken, ...this.#spans], mono)
  }
}

function within(spans: readonly Span[], sinceMono: number): readonly SyncBlock[] {
  const holds = new Map<TaskRecord, SyncBlock>()
  for (const span of spans) {
    // Parts that follow each other may have begun before the loop was last seen free.
    const withinMs = Math.min(span.ms, span.endMono - sinceMono)
    if (withinMs <= 0) continue
    const { ms = 0, longestMs = 0 } = holds.get(span.record) ?? {}
    holds.set(span.record, {
      record: span.record,
      ms: ms + withinMs,
      longestMs: Math.max(longestMs, Math.min(span.longestMs, withinMs)),
    })
  }
  return [...holds.values()].sort((a, b) => b.ms - a.ms)
}
