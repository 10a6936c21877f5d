import type { SentryEventLike, SentryLike, SentryScopeLike } from '../sdk/sentry-like.ts'
import { newSpanId, propagation, type TracePlace } from '../sdk/trace-context.ts'
import type { Notice } from './notice.ts'
import { taskTags } from './task-tags.ts'

/** The mechanism of every event of ours. */
const mechanismType = 'auto.runwell.task'

/**
 * Captures notices. What Sentry receives depends on the notice and not on the scope that is active: each is captured
 * from a scope made for it, since a set-up may be such that `withScope` gives everybody the same one.
 */
export class Capturer {
  readonly #sentry: SentryLike
  readonly #captured = new WeakSet<Error>()
  #lastFingerprint = ''

  constructor(sentry: SentryLike) {
    this.#sentry = sentry
  }

  capture(notice: Notice): void {
    const sentry = this.#sentry
    // Captured outside of any span: an active one would put its own trace id on the event.
    sentry.withActiveSpan(null, () =>
      sentry.withIsolationScope(notice.isolation, () => {
        const scope = sentry.getCurrentScope().clone()
        this.#fill(scope, notice)
        const { what, handled } = notice
        if (typeof what === 'string') scope.captureMessage(what)
        else scope.captureException(this.#fresh(what), { mechanism: { type: mechanismType, handled } })
      }),
    )
  }

  #fill(scope: SentryScopeLike, notice: Notice): void {
    const { trace } = notice
    scope.setLevel(notice.level)
    const ofTask = notice.info && taskTags(notice.info)
    scope.setTags(present({ 'runwell.kind': notice.kind, ...ofTask, ...notice.tags }))
    scope.setContext('runwell', present(notice.context))
    if (notice.extras) scope.setExtras(notice.extras)
    scope.setFingerprint(this.#fingerprint(notice.fingerprint))
    for (const breadcrumb of notice.breadcrumbs ?? []) scope.addBreadcrumb(breadcrumb)
    if (trace) scope.setPropagationContext(propagation(trace))
    scope.addEventProcessor((event) => mend(event, trace))
  }

  /**
   * Sentry drops an event that equals the one before it, though five equal failures an hour apart are news each time.
   * Its server reads both spellings of the default as the same, so that a repeat stays in its issue.
   */
  #fingerprint(parts: readonly string[]): string[] {
    const first = parts.join(' ')
    if (first !== this.#lastFingerprint) {
      this.#lastFingerprint = first
      return [...parts]
    }
    this.#lastFingerprint = ''
    return parts.map((part) => (part === '{{ default }}' ? '{{default}}' : part))
  }

  /** Sentry marks an error that it has captured, and ignores it from then on. A task may throw one object twice. */
  #fresh(error: Error): Error {
    if (!this.#captured.has(error)) {
      this.#captured.add(error)
      return error
    }
    const copy = new Error(error.message, { cause: error.cause })
    Object.setPrototypeOf(copy, Object.getPrototypeOf(error))
    copy.name = error.name
    copy.stack = error.stack ?? `${error.name}: ${error.message}`
    return copy
  }
}

/** Runs after everything that Sentry and its integrations put on the event, so that it has the last word. */
function mend(event: SentryEventLike, trace: TracePlace | undefined): SentryEventLike {
  event.breadcrumbs?.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
  if (trace) {
    const { traceId, spanId } = trace
    const { trace: earlier, ...contexts } = event.contexts ?? {}
    event.contexts = { ...contexts, trace: { ...earlier, trace_id: traceId, span_id: spanId ?? newSpanId() } }
  }
  return event
}

function present<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const kept: Record<string, Value> = {}
  for (const [key, value] of Object.entries(record)) if (value !== undefined) kept[key] = value
  return kept
}
