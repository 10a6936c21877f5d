import type {
  SentryCheckIn,
  SentryClientLike,
  SentryLike,
  SentryMonitorConfig,
  SentryResponseLike,
} from '../sdk/sentry-like.ts'
import { propagationContext, type TraceContext } from '../sdk/trace-context.ts'

export type Delivery =
  | { readonly kind: 'delivered' }
  /** Sentry has refused the check-in. Sending it again would not help. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'limited'; readonly forMs: number }
  /** The check-in was not sent, or Sentry failed. Sending it again may help. */
  | { readonly kind: 'lost' }

/** Sends one check-in and returns Sentry's answer. `captureCheckIn` of the SDK does not return the answer. */
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

/** Returns for how many milliseconds Sentry accepts no check-ins. A limit looks like `60:monitor:organization`. */
function limitMs(headers: Readonly<Record<string, string | null>>): number {
  const { 'x-sentry-rate-limits': limits, 'retry-after': retryAfter } = headers
  if (!limits) return secondsMs(retryAfter)
  const ours = limits.split(',').flatMap((limit) => {
    const [seconds = '', categories = ''] = limit.trim().split(':')
    return categories === '' || categories.split(';').includes('monitor') ? [secondsMs(seconds)] : []
  })
  // If no limit is for check-ins, the next try is after 1 s.
  return Math.max(1_000, ...ours)
}

function secondsMs(text: string | null | undefined): number {
  const seconds = Number.parseInt(text ?? '', 10)
  return Number.isNaN(seconds) ? defaultLimitMs : seconds * 1_000
}
