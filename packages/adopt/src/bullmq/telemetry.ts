export interface Telemetry {
  readonly tracer: {
    startSpan(name: string, options?: { readonly kind?: number }, context?: unknown): Span
  }
  readonly contextManager: {
    with<Result>(context: unknown, fn: () => Result): Result
    active(): unknown
    root?(): unknown
    getMetadata(context: unknown): unknown
    fromMetadata(active: unknown, metadata: unknown): unknown
  }
  readonly meter?: unknown
}

interface Span {
  setSpanOnContext(context: unknown): unknown
  setAttribute(key: string, value: unknown): void
  setAttributes(attributes: Readonly<Record<string, unknown>>): void
  addEvent(name: string, attributes?: unknown): void
  recordException(error: unknown, time?: unknown): void
  end(): void
}

const silent: Telemetry = {
  tracer: {
    startSpan: () => ({
      setSpanOnContext: (context) => context,
      setAttribute: () => {},
      setAttributes: () => {},
      addEvent: () => {},
      recordException: () => {},
      end: () => {},
    }),
  },
  contextManager: {
    with: (_context, fn) => fn(),
    active: () => undefined,
    getMetadata: () => undefined,
    fromMetadata: (active) => active,
  },
}

/**
 * Must return the result of `call`, which processes one job. The id and the name of this job become known only during
 * `call`. So `identify` takes a listener, and calls it with the id and the name.
 */
export type Around = <Result>(
  call: () => Result,
  identify: (onJob: (id: string, name: string) => void) => void,
) => Result

/** The span kind `CONSUMER` of OpenTelemetry. BullMQ processes each job in a span of this kind. */
const consumer = 4

/** Returns telemetry that passes all calls on to `host`, and calls `around` for each job. */
export function telemetryAround(host: Telemetry = silent, around: Around): Telemetry {
  const { tracer, contextManager } = host
  /** The job whose span was started last. BullMQ calls `with` for this job directly after that. */
  let starting: { onJob?: (id: string, name: string) => void } | undefined
  return {
    meter: host.meter,
    tracer: {
      startSpan(name, options, context) {
        const span = tracer.startSpan(name, options, context)
        if (options?.kind !== consumer) return span
        const job: typeof starting = {}
        starting = job
        return {
          setSpanOnContext: (on) => span.setSpanOnContext(on),
          setAttribute: (key, value) => span.setAttribute(key, value),
          setAttributes(attributes) {
            span.setAttributes(attributes)
            const { 'bullmq.job.id': id, 'bullmq.job.name': title } = attributes
            if (id !== undefined) job.onJob?.(String(id), String(title))
          },
          addEvent: (event, attributes) => span.addEvent(event, attributes),
          recordException: (error, time) => span.recordException(error, time),
          end: () => span.end(),
        }
      },
    },
    contextManager: {
      with(context, fn) {
        const job = starting
        starting = undefined
        if (job === undefined) return contextManager.with(context, fn)
        return contextManager.with(context, () =>
          around(fn, (onJob) => {
            job.onJob = onJob
          }),
        )
      },
      active: () => contextManager.active(),
      ...(contextManager.root && { root: () => contextManager.root?.() }),
      getMetadata: (context) => contextManager.getMetadata(context),
      fromMetadata: (active, metadata) => contextManager.fromMetadata(active, metadata),
    },
  }
}
