/** The option `telemetry` of a worker. BullMQ calls its methods when it processes a job, among other operations. */
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

/** Used if the user has set no telemetry. It does nothing, and adds nothing to the options of a job. */
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
 * Must call `call`, which processes a job, and return its result. `identify` sets a listener for the id and name of the
 * job, because BullMQ reports them only during the call.
 */
export type Around = <Result>(
  call: () => Result,
  identify: (onJob: (id: string, name: string) => void) => void,
) => Result

/** The span kind `CONSUMER` of OpenTelemetry. BullMQ starts a span of this kind when it processes a job. */
const consumer = 4

/**
 * Returns telemetry that calls `around` for each job that a worker processes, even if the processor is in a separate
 * file.
 *
 * @param host - the telemetry of the user. All calls are passed on to it.
 */
export function telemetryAround(host: Telemetry = silent, around: Around): Telemetry {
  const { tracer, contextManager } = host
  /** The job whose span was just started. BullMQ then calls `with` in the same turn of the event loop. */
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
