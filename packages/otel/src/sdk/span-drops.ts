import { trace } from '@opentelemetry/api'
import type { Warn } from '../options/observer-options.ts'
import { delegateOf } from './flush.ts'

/**
 * The internal members of batch span processors that this file uses. A processor has no public way to learn how many
 * spans it drops. The members are the same in all supported versions. If one is missing, drops are not counted.
 */
interface BatchProcessor {
  readonly _maxQueueSize: number
  /** Number of spans dropped since the last span that was accepted. */
  readonly _droppedSpansCount: number
  readonly _exporter?: unknown
  readonly _finishedSpans?: readonly unknown[]
  _addToBuffer(span: unknown): void
}

/** The time from the first drop to the warning. Drops within this time are in the same warning. */
const countMs = 1_000

const watched = new WeakMap<object, SpanDrops>()

/**
 * Counts the spans that a tracer provider drops because too many wait to be exported. Warns one second after the first
 * drop, and after a flush if there were more drops since then.
 */
export class SpanDrops {
  readonly #warn: Warn
  #queueSize = 0
  #total = 0
  #warnedOf = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(processors: readonly unknown[], warn: Warn) {
    this.#warn = warn
    for (const processor of processors) if (isBatchProcessor(processor)) this.#watch(processor)
  }

  /** Returns the counter of `provider`. All supervisors of the provider share it. `undefined` for an unknown SDK. */
  static of(provider: unknown, warn: Warn): SpanDrops | undefined {
    const processors = processorsOf(provider)
    if (processors === undefined) return undefined
    const known = watched.get(processors)
    if (known !== undefined) return known
    const made = new SpanDrops(processors, warn)
    watched.set(processors, made)
    return made
  }

  /** Warns if spans were dropped after the last warning. Called after a flush. */
  warnOfRest(): void {
    clearTimeout(this.#timer)
    if (this.#total > this.#warnedOf) this.#warnOfAll()
  }

  #watch(processor: BatchProcessor): void {
    const add = processor._addToBuffer.bind(processor)
    processor._addToBuffer = (span) => {
      const before = processor._droppedSpansCount
      add(span)
      if (processor._droppedSpansCount <= before) return
      this.#total += 1
      this.#queueSize = processor._maxQueueSize
      if (this.#total > 1) return
      this.#timer = setTimeout(() => this.#warnOfAll(), countMs)
      this.#timer.unref?.() // jsdom returns a number, which has no unref()
    }
  }

  #warnOfAll(): void {
    this.#warnedOf = this.#total
    this.#warn(
      `Runwell: ${this.#total} spans were dropped, because more than ${this.#queueSize} were waiting to be exported. Set ` +
        'OTEL_BSP_MAX_QUEUE_SIZE to a higher number, or trace fewer runs: with runwellSampler({ ratio: 0.1 }), or with ' +
        '`trace: { ratio: 0.1 }` on a frequent task.',
    )
  }
}

/** Returns how many finished spans wait in the registered SDK for their export by this exporter. */
export function waitingSpans(exporter: unknown): number {
  const processors = processorsOf(delegateOf(trace.getTracerProvider())) ?? []
  const waiting = processors.map((each) =>
    isBatchProcessor(each) && each._exporter === exporter ? (each._finishedSpans?.length ?? 0) : 0,
  )
  return waiting.reduce((sum, count) => sum + count, 0)
}

/** Returns the span processors of a tracer provider; `undefined` for an unknown SDK. */
function processorsOf(provider: unknown): readonly unknown[] | undefined {
  const { _activeSpanProcessor } = (provider ?? {}) as {
    _activeSpanProcessor?: { _spanProcessors?: unknown }
  }
  const processors = _activeSpanProcessor?._spanProcessors
  return Array.isArray(processors) ? processors : undefined
}

function isBatchProcessor(value: unknown): value is BatchProcessor {
  const { _addToBuffer, _droppedSpansCount } = (value ?? {}) as Partial<BatchProcessor>
  return typeof _addToBuffer === 'function' && typeof _droppedSpansCount === 'number'
}
