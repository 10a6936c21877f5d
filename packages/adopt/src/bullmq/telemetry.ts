/** The option `telemetry` of BullMQ. BullMQ calls its methods around operations such as the processing of a job. */
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

/** Does nothing, and adds nothing to the options of a job. */
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
 * Calls the processor of a job. `identify` sets a listener for the id and name of the job, which BullMQ reports later.
 */
export type Around = <Result>(
  call: () => Result,
  identify: (onJob: (id: string, name: string) => void) => void,
) => Result

/** The kind of the span that BullMQ starts for a job. */
const consumer = 4

/**
 * Telemetry that calls `around` for each job that a worker processes, even if its processor is in a separate file.
 *
 * @param host - the telemetry of the user. It still gets every call.
 */
export function telemetryAround(host: Telemetry = silent, around: Around): Telemetry {
  const { tracer, contextManager } = host
  /** The job whose span was started last. BullMQ calls its processor in the same turn of the event loop. */
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
