import { pageOfTask } from '@runwell/core/adapter'
import type { SentryEventLike, SentryLike, SentryScopeLike } from '../sdk/sentry-like.ts'
import { newSpanId, propagationContext } from '../sdk/trace-context.ts'
import { limitSize } from './event-size.ts'
import type { Notice } from './notice.ts'
import { copyError, readableError } from './readable-error.ts'
import { taskTags } from './task-tags.ts'

const kindTag = 'runwell.kind'
const mechanismType = 'auto.runwell.task'

/**
 * Captures each notice on a copy of the current scope. `Sentry.withScope` is not used, because in some set-ups it
 * creates no new scope.
 */
export class Capturer {
  readonly #sentry: SentryLike
  readonly #consoleUrl: string | undefined
  readonly #captured = new WeakSet<Error>()
  #sent = 0

  constructor(sentry: SentryLike, consoleUrl: string | undefined) {
    this.#sentry = sentry
    this.#consoleUrl = consoleUrl
  }

  capture(notice: Notice): void {
    const sentry = this.#sentry
    // Without this call, Sentry would put the trace id of the active span on the event.
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
    scope.setTags(present({ [kindTag]: notice.kind, ...ofTask, ...notice.tags }))
    scope.setContext('runwell', present({ ...notice.context, console: this.#pageOf(notice) }))
    if (notice.extras) scope.setExtras(notice.extras)
    for (const breadcrumb of notice.breadcrumbs ?? []) scope.addBreadcrumb(breadcrumb)
    if (trace) scope.setPropagationContext(propagationContext(trace))
    // The SDK drops an event that equals the previous event, so each fingerprint has a number until the event is
    // sent.
    this.#sent += 1
    const number = `#${this.#sent}`
    scope.setFingerprint([...notice.fingerprint, number])
    scope.addEventProcessor((event) => fixEvent(event, notice, number))
  }

  #pageOf({ info }: Notice): string | undefined {
    return info && this.#consoleUrl && pageOfTask(this.#consoleUrl, info.name)
  }

  /**
   * The SDK ignores an error object that it has already captured. So a copy is returned if the error occurs again.
   */
  #fresh(error: Error): Error {
    const readable = readableError(error)
    if (this.#captured.has(readable)) return copyError(readable)
    this.#captured.add(readable)
    return readable
  }
}

/** True if this package, not the app, has captured the event. */
export function isCaptured({ tags }: SentryEventLike): boolean {
  return tags?.[kindTag] !== undefined
}

/**
 * An event processor. Sentry runs event processors after its integrations. So no integration overwrites the time and
 * the trace, or compares the final fingerprint with that of the previous event.
 */
function fixEvent(event: SentryEventLike, { at, trace }: Notice, number: string): SentryEventLike {
  limitSize(event)
  if (event.fingerprint) event.fingerprint = event.fingerprint.filter((part) => part !== number)
  if (at !== undefined) event.timestamp = at / 1000
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
