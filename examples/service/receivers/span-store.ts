import type { Span } from './otlp-decode.ts'

const TASK = 'runwell.task.name'

interface Trace {
  readonly spans: Span[]
  root: Span | undefined
}

export interface Branch {
  readonly span: Span
  readonly depth: number
}

export class SpanStore {
  readonly #keep: number
  readonly #traces = new Map<string, Trace>()
  readonly #counts = new Map<string, number>()
  #newest: string | undefined
  #total = 0
  #isNeeded: (traceId: string) => boolean = () => false

  /** @param keep - the number of traces to keep. The oldest traces are removed, unless `want()` protects them. */
  constructor(keep = 2_000) {
    this.#keep = keep
  }

  get total(): number {
    return this.#total
  }

  get byTask(): ReadonlyMap<string, number> {
    return this.#counts
  }

  want(isNeeded: (traceId: string) => boolean): void {
    this.#isNeeded = isNeeded
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.#add(span)
    for (const id of this.#traces.keys()) {
      if (this.#traces.size <= this.#keep) break
      if (!this.#isNeeded(id)) this.#traces.delete(id)
    }
  }

  root(traceId: string): Span | undefined {
    return this.#traces.get(traceId)?.root
  }

  /** Returns the newest trace, preferably one with several spans. Each span comes before its children. */
  lastTrace(): readonly Branch[] {
    const trace = this.#traces.get(this.#newest ?? '')
    if (!trace?.root) return []
    return branches(trace.spans, trace.root, 0)
  }

  #add(span: Span): void {
    this.#total += 1
    const trace: Trace = this.#traces.get(span.traceId) ?? { spans: [], root: undefined }
    this.#traces.set(span.traceId, trace)
    trace.spans.push(span)
    // Spans that arrive before the root of their trace are counted when the root arrives.
    const arrived = trace.root ? 1 : trace.spans.length
    if (!span.parentId) trace.root = span
    if (!trace.root) return
    const task = taskOf(trace.root) ?? '(no task)'
    this.#counts.set(task, (this.#counts.get(task) ?? 0) + arrived)
    const newest = this.#traces.get(this.#newest ?? '')
    if (!newest || trace.spans.length > 1 || newest.spans.length < 2) this.#newest = span.traceId
  }
}

export function taskOf(span: Span): string | undefined {
  const task = span.attributes.get(TASK)
  return typeof task === 'string' ? task : undefined
}

function branches(spans: readonly Span[], span: Span, depth: number): Branch[] {
  const children = spans
    .filter(({ parentId }) => parentId === span.spanId)
    .sort((one, other) => one.startMs - other.startMs)
  return [{ span, depth }, ...children.flatMap((child) => branches(spans, child, depth + 1))]
}
