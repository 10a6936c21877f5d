import type { Span } from './otlp-decode.ts'

/** The attribute by which a root span names its task. */
const TASK = 'runwell.task.name'

interface Trace {
  readonly spans: Span[]
  root: Span | undefined
}

/** One span of a trace, and how deep below the root it is. */
export interface Branch {
  readonly span: Span
  readonly depth: number
}

/** The spans that came in: counted by task, and the newest traces whole. */
export class SpanStore {
  readonly #keep: number
  readonly #traces = new Map<string, Trace>()
  readonly #counts = new Map<string, number>()
  #newest: string | undefined
  #total = 0
  #isWanted: (traceId: string) => boolean = () => false

  /** @param keep - so many of the newest traces are kept, and those that somebody wants */
  constructor(keep = 2_000) {
    this.#keep = keep
  }

  get total(): number {
    return this.#total
  }

  /** Spans by task, those below its roots included. */
  get byTask(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** Traces of which `isWanted` says so are never forgotten. */
  want(isWanted: (traceId: string) => boolean): void {
    this.#isWanted = isWanted
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.#add(span)
    for (const id of this.#traces.keys()) {
      if (this.#traces.size <= this.#keep) break
      if (!this.#isWanted(id)) this.#traces.delete(id)
    }
  }

  /** The span that began a trace, once it has come in. */
  root(traceId: string): Span | undefined {
    return this.#traces.get(traceId)?.root
  }

  /** The newest whole trace, in the order of its tree. One of several spans is preferred to a lone one. */
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
    // Children end, and so arrive, before their root: they are counted when it says whose they are.
    const arrived = trace.root ? 1 : trace.spans.length
    if (!span.parentId) trace.root = span
    if (!trace.root) return
    const task = taskOf(trace.root) ?? '(no task)'
    this.#counts.set(task, (this.#counts.get(task) ?? 0) + arrived)
    const newest = this.#traces.get(this.#newest ?? '')
    if (!newest || trace.spans.length > 1 || newest.spans.length < 2) this.#newest = span.traceId
  }
}

/** The task that a root span belongs to. */
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
