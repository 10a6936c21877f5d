import type { Annotations } from '../events/base-event.ts'
import type { RunResult, RunScope } from './observer.ts'

/** The keys are observers. A value is what `captureCaller` of the observer returned. */
export type Callers = ReadonlyMap<unknown, unknown>

type Listener = (result: RunResult) => void
type AnnotationListener = (scope: RunScope, annotations: Annotations) => void

export class WrappedRun<Subject> {
  readonly scope: RunScope
  readonly callers: Callers | undefined
  readonly #subject: Subject
  readonly #begin: (subject: Subject) => void
  onAnnotate: AnnotationListener | undefined
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

  /** @param begin - gets `subject` as its argument, so that a run needs no closure */
  constructor(
    scope: RunScope,
    subject: Subject,
    begin: (subject: Subject) => void,
    callers?: Callers | undefined,
  ) {
    this.scope = scope
    this.callers = callers
    this.#subject = subject
    this.#begin = begin
  }

  begin(): void {
    this.#begin(this.#subject)
  }

  whenEnded(listener: Listener): void {
    if (this.#result !== undefined) return listener(this.#result)
    const former = this.#listener
    this.#listener =
      former === undefined
        ? listener
        : (result) => {
            former(result)
            listener(result)
          }
  }

  annotated(annotations: Annotations): void {
    if (this.#result === undefined) this.onAnnotate?.(this.scope, annotations)
  }

  /** Created at the first read, because promises are expensive while AsyncLocalStorage is in use. Never rejects. */
  get promise(): Promise<RunResult> {
    this.#promise ??= new Promise((resolve) => this.whenEnded(resolve))
    return this.#promise
  }

  end(result: RunResult): void {
    this.#result = result
    this.#listener?.(result)
    this.#listener = undefined
  }
}
