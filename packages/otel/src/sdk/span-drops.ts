import { trace } from '@opentelemetry/api'
import type { Warn } from '../options/observer-options.ts'
import { delegateOf } from './flush.ts'

/** Internal members of batch span processors, the same in all supported versions. */
interface BatchProcessor {
  readonly _maxQueueSize: number
  /** Number of spans dropped since the last accepted span. */
  readonly _droppedSpansCount: number
  readonly _exporter?: unknown
  readonly _finishedSpans?: readonly unknown[]
  _addToBuffer(span: unknown): void
}

const countMs = 1_000

const watched = new WeakMap<object, SpanDrops>()

/** Warns about spans that a tracer provider drops because its queue is full. */
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

  /** Supervisors with the same `provider` share a counter. Returns `undefined` for an unknown SDK. */
  static of(provider: unknown, warn: Warn): SpanDrops | undefined {
    const processors = processorsOf(provider)
    if (processors === undefined) return undefined
    const known = watched.get(processors)
    if (known !== undefined) return known
    const made = new SpanDrops(processors, warn)
    watched.set(processors, made)
    return made
  }

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

export function waitingSpans(exporter: unknown): number {
  const processors = processorsOf(delegateOf(trace.getTracerProvider())) ?? []
  const waiting = processors.map((each) =>
    isBatchProcessor(each) && each._exporter === exporter ? (each._finishedSpans?.length ?? 0) : 0,
  )
  return waiting.reduce((sum, count) => sum + count, 0)
}

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
