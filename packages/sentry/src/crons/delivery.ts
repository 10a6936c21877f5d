import type {
  SentryCheckIn,
  SentryClientLike,
  SentryLike,
  SentryMonitorConfig,
  SentryResponseLike,
} from '../sdk/sentry-like.ts'
import { propagationContext, type TraceContext } from '../sdk/trace-context.ts'

/** The result of sending a check-in. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** Sentry refused it; sending it again is pointless. */
  | { readonly kind: 'rejected' }
  /** Sentry's rate limit: send no check-ins for this long. */
  | { readonly kind: 'limited'; readonly forMs: number }
  /** The check-in was not sent, the connection broke, or Sentry had an internal error. */
  | { readonly kind: 'lost' }

/**
 * Sends one check-in and returns its result, which `captureCheckIn` does not report. The SDK silently drops check-ins
 * that are rate-limited, that find its queue full, or whose connection breaks.
 */
export async function deliver(
  sentry: SentryLike,
  checkIn: SentryCheckIn,
  config: SentryMonitorConfig,
  trace: TraceContext | undefined,
): Promise<Delivery> {
  const client = sentry.getClient()
  if (!client?.captureCheckIn) return { kind: 'lost' }
  const scope = sentry.getCurrentScope().clone()
  if (trace) scope.setPropagationContext(propagationContext(trace))
  const { observedClient, answer } = captureResponse(client)
  sentry.withActiveSpan(null, () => observedClient.captureCheckIn?.(checkIn, config, scope as never))
  return toDelivery(await answer())
}

/** Returns the same client with a `sendEnvelope` that keeps the response. */
function captureResponse(client: SentryClientLike) {
  let sending: PromiseLike<SentryResponseLike> | undefined
  const observedClient: SentryClientLike = Object.create(client, {
    sendEnvelope: {
      value: (envelope: never) => {
        sending = client.sendEnvelope(envelope)
        return sending
      },
    },
  })
  return { observedClient, answer: async () => (await sending) ?? {} }
}

function toDelivery({ statusCode, headers }: SentryResponseLike): Delivery {
  if (statusCode === undefined) return { kind: 'lost' }
  if (statusCode < 300) return { kind: 'delivered' }
  if (statusCode === 429) return { kind: 'limited', forMs: limitMs(headers ?? {}) }
  return { kind: statusCode < 500 ? 'rejected' : 'lost' }
}

const defaultLimitMs = 60_000

/** Returns how long check-ins are limited: from limits such as `60:monitor:organization`, else from `Retry-After`. */
function limitMs(headers: Readonly<Record<string, string | null>>): number {
  const { 'x-sentry-rate-limits': limits, 'retry-after': retryAfter } = headers
  if (!limits) return secondsMs(retryAfter)
  const ours = limits.split(',').flatMap((limit) => {
    const [seconds = '', categories = ''] = limit.trim().split(':')
    return categories === '' || categories.split(';').includes('monitor') ? [secondsMs(seconds)] : []
  })
  // Sentry may refuse a check-in although no limit covers check-ins. Then it is sent again soon.
  return Math.max(1_000, ...ours)
}

function secondsMs(text: string | null | undefined): number {
  const seconds = Number.parseInt(text ?? '', 10)
  return Number.isNaN(seconds) ? defaultLimitMs : seconds * 1_000
}
