import { type Attributes, context, type Link, type Span, type SpanContext } from '@opentelemetry/api'
import type { EventOf, NextRun, RunResult, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { toSeconds } from '../base/seconds.ts'
import { endSpan } from './end-span.ts'
import type { RecordException } from './exceptions.ts'
import { isFromSdk, linkTo } from './links.ts'
import type { RunTexts } from './run-texts.ts'
import type { SpanFactory } from './span-factory.ts'

/** `start` is `undefined` once the start span has ended. */
interface Generation {
  readonly task: string
  readonly base: Attributes
  readonly started: SpanContext
  readonly startedAt: number
  start: Span | undefined
}

/** After this time, a monitor tick ends the start span of a loop that is not ready yet. */
const startMs = 60_000

/**
 * The spans `start {task}` and `end {task}` of loops. These spans are never active, because all work of a loop would
 * then be in one endless trace.
 */
export class LoopSpans {
  readonly #factory: SpanFactory
  readonly #record: RecordException
  readonly #texts: RunTexts
  readonly #live = new Map<string, Generation>()

  constructor(factory: SpanFactory, record: RecordException, texts: RunTexts) {
    this.#factory = factory
    this.#record = record
    this.#texts = texts
  }

  around(scope: RunScope, next: NextRun, caller: Span | undefined): void {
    const { name } = scope.task
    const start = this.#factory.root(`start ${name}`, scope, context.active(), caller)
    if (!isFromSdk(start.spanContext())) return next(() => this.#texts.forget(scope))

    const base = this.#factory.base(scope.task)
    const started = start.spanContext()
    this.#live.set(scope.runId, { task: name, base, started, startedAt: scope.startedAt, start })
    next((result) => {
      try {
        this.#end(scope.runId, result)
      } finally {
        this.#texts.forget(scope)
      }
    })
  }

  ready(event: EventOf<'run.ready'>): void {
    const generation = this.#live.get(event.runId)
    generation?.start?.setAttribute(attr.runReadyBy, event.how)
    this.#started(event.runId, generation)
  }

  tick(now: number): void {
    for (const [runId, generation] of this.#live) {
      if (now - generation.startedAt >= startMs) this.#started(runId, generation)
    }
  }

  #started(runId: string, generation: Generation | undefined): void {
    const start = generation?.start
    if (generation === undefined || start === undefined) return
    generation.start = undefined
    const texts = this.#texts.ofRun(runId)
    if (texts !== undefined) start.setAttributes(texts)
    start.end()
  }

  #end(runId: string, result: RunResult): void {
    const generation = this.#live.get(runId)
    if (generation === undefined) return
    this.#live.delete(runId)
    const span = generation.start ?? this.#endSpan(runId, generation)
    span.setAttribute(attr.runDuration, toSeconds(result.durationMs))
    endSpan(span, result, this.#record, { task: generation.task }, this.#texts.ofRun(runId))
  }

  #endSpan(runId: string, { task, base, started }: Generation): Span {
    const links: Link[] = [linkTo(started, 'generation')]
    const attributes = { ...base, [attr.runId]: runId }
    return this.#factory.tracer().startSpan(`end ${task}`, { root: true, links, attributes })
  }
}
