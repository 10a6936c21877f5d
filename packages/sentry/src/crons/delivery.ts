import type {
  SentryAnswerLike,
  SentryCheckIn,
  SentryClientLike,
  SentryLike,
  SentryMonitorConfig,
} from '../sdk/sentry-like.ts'
import { propagation, type TracePlace } from '../sdk/trace-context.ts'

/** What became of a check-in. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** It can never be delivered as it is. */
  | { readonly kind: 'rejected' }
  /** Sentry wants none of its kind for so long. */
  | { readonly kind: 'limited'; readonly forMs: number }
  /** It was not sent, or the connection broke, or Sentry has trouble. */
  | { readonly kind: 'lost' }

/**
 * Sends one check-in, and says what became of it, which `captureCheckIn` by itself does not: the SDK drops check-ins
 * that are limited, that find its queue full, or whose connection breaks.
 */
export async function deliver(
  sentry: SentryLike,
  checkIn: SentryCheckIn,
  config: SentryMonitorConfig,
  place: TracePlace | undefined,
): Promise<Delivery> {
  const client = sentry.getClient()
  if (!client?.captureCheckIn) return { kind: 'lost' }
  const scope = sentry.getCurrentScope().clone()
  if (place) scope.setPropagationContext(propagation(place))
  const { tapped, answer } = tap(client)
  sentry.withActiveSpan(null, () => tapped.captureCheckIn?.(checkIn, config, scope as never))
  return understand(await answer())
}

/** The same client, but for `sendEnvelope`, which keeps the answer. */
function tap(client: SentryClientLike) {
  let sending: PromiseLike<SentryAnswerLike> | undefined
  const tapped: SentryClientLike = Object.create(client, {
    sendEnvelope: {
      value: (envelope: never) => {
        sending = client.sendEnvelope(envelope)
        return sending
      },
    },
  })
  return { tapped, answer: async () => (await sending) ?? {} }
}

function understand({ statusCode, headers }: SentryAnswerLike): Delivery {
  if (statusCode === undefined) return { kind: 'lost' }
  if (statusCode < 300) return { kind: 'delivered' }
  if (statusCode === 429) return { kind: 'limited', forMs: limitMs(headers ?? {}) }
  return { kind: statusCode < 500 ? 'rejected' : 'lost' }
}

const defaultLimitMs = 60_000

/** How long Sentry wants no check-ins: `60:monitor:organization, 120:error`, else `Retry-After`. */
function limitMs(headers: Readonly<Record<string, string | null>>): number {
  const { 'x-sentry-rate-limits': limits, 'retry-after': retryAfter } = headers
  if (!limits) return secondsMs(retryAfter)
  const ours = limits.split(',').flatMap((limit) => {
    const [seconds = '', categories = ''] = limit.trim().split(':')
    return categories === '' || categories.split(';').includes('monitor') ? [secondsMs(seconds)] : []
  })
  // Refused, though check-ins are not named: soon again.
  return Math.max(1_000, ...ours)
}

function secondsMs(text: string | null | undefined): number {
  const seconds = Number.parseInt(text ?? '', 10)
  return Number.isNaN(seconds) ? defaultLimitMs : seconds * 1_000
}
