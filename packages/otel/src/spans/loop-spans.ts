import { type Attributes, context, type Link, type Span, type SpanContext } from '@opentelemetry/api'
import type { EventOf, NextRun, RunResult, RunScope } from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { endSpan } from './end-span.ts'
import type { RecordException } from './exceptions.ts'
import { isMade, linkTo } from './links.ts'
import type { SpanMaker } from './span-factory.ts'

/** A generation that lives: its start span, until that has ended, and what its end will be linked to. */
interface Generation {
  readonly task: string
  readonly base: Attributes
  readonly started: SpanContext
  readonly startedAt: number
  start: Span | undefined
}

/** A start span is not kept longer than this for a loop that never says that it is ready. */
const startMs = 60_000

/**
 * The spans of loops: `start {task}` until the generation is ready, gives its first beat or ends, and `end {task}`
 * when it ends later. None of them is active: a span that lives as long as a loop would be a trace without end.
 */
export class LoopSpans {
  readonly #maker: SpanMaker
  readonly #record: RecordException
  readonly #live = new Map<string, Generation>()

  constructor(maker: SpanMaker, record: RecordException) {
    this.#maker = maker
    this.#record = record
  }

  around(scope: RunScope, next: NextRun): void {
    const { name } = scope.task
    const start = this.#maker.root(`start ${name}`, scope, context.active())
    if (!isMade(start.spanContext())) return next(() => {})

    const base = this.#maker.base(scope.task)
    const started = start.spanContext()
    this.#live.set(scope.runId, { task: name, base, started, startedAt: scope.startedAt, start })
    next((result) => this.#end(scope.runId, result))
  }

  ready(event: EventOf<'run.ready'>): void {
    const generation = this.#live.get(event.runId)
    generation?.start?.setAttribute(attr.runReadyBy, event.how)
    this.#started(generation)
  }

  /** Ends the start spans of loops that run but don't say that they are ready. */
  tick(now: number): void {
    for (const generation of this.#live.values()) {
      if (now - generation.startedAt >= startMs) this.#started(generation)
    }
  }

  #started(generation: Generation | undefined): void {
    generation?.start?.end()
    if (generation !== undefined) generation.start = undefined
  }

  #end(runId: string, result: RunResult): void {
    const generation = this.#live.get(runId)
    if (generation === undefined) return
    this.#live.delete(runId)
    const span = generation.start ?? this.#endSpan(runId, generation)
    span.setAttribute(attr.runDuration, result.durationMs / 1000)
    endSpan(span, result, this.#record, { task: generation.task })
  }

  #endSpan(runId: string, { task, base, started }: Generation): Span {
    const links: Link[] = [linkTo(started, 'generation')]
    const attributes = { ...base, [attr.runId]: runId }
    return this.#maker.tracer().startSpan(`end ${task}`, { root: true, links, attributes })
  }
}
