import type { Annotations } from '../events/base-event.ts'
import type { RunResult, RunScope } from './observer.ts'

/** What each observer has captured from the caller of a run, by observer. */
export type Callers = ReadonlyMap<unknown, unknown>

type Listener = (result: RunResult) => void
type AnnotationListener = (scope: RunScope, annotations: Annotations) => void

/** A run, or a unit, with observers around it. It begins inside their contexts and reports its end to them. */
export class WrappedRun<Subject> {
  readonly scope: RunScope
  readonly callers: Callers | undefined
  readonly #subject: Subject
  readonly #begin: (subject: Subject) => void
  /** Passes the annotations of the run to the observers around it. */
  onAnnotate: AnnotationListener | undefined
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

  /** @param begin - called with `subject`, so that all runs share one function instead of creating a closure each */
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

  /** Calls `listener` when the run ends; immediately if it has ended. */
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

  /** Created on demand, because a promise is expensive while AsyncLocalStorage is in use. It never rejects. */
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
