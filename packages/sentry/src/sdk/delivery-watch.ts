import type { ObserverClock } from '../base/clock.ts'
import type { SentryClientLike, SentryEventLike, SentryLike, SentryResponseLike } from './sentry-like.ts'

/** An event without a response after this time is probably lost. */
const patienceMs = 30_000

export interface DeliveryWatchParts {
  readonly sentry: SentryLike
  readonly clock: ObserverClock
  readonly onWarning: (message: string) => void
  /** Called when Sentry is flushed. This function must send all waiting notices. */
  readonly onFlush: () => void
  readonly isOurs: (event: SentryEventLike) => boolean
}

type Problem = 'closed' | 'unanswered' | 'unsent' | 'limited' | 'refused'

/** Warns if events of this package are lost. The SDK does not report lost events. */
export class DeliveryWatch {
  readonly #parts: DeliveryWatchParts
  /**
   * The latest client that was able to send. Kept here, because `getClient()` of version 11 returns nothing after a
   * close.
   */
  #client: SentryClientLike | undefined
  readonly #told = new Set<Problem>()
  readonly #pending = new Set<string>()
  #isTimed = false
  readonly #onExit = (): void => this.#unanswered('before the process ended')

  constructor(parts: DeliveryWatchParts) {
    this.#parts = parts
  }

  attach(): void {
    const client = this.#parts.sentry.getClient()
    if (!client || client === this.#client || !canSend(client)) return
    this.#client = client
    client.on?.('flush', this.#parts.onFlush)
    client.on?.('beforeSendEvent', (event) => this.#sent(event))
    // A transport that an application wrote may answer nothing. An error here would end the process.
    client.on?.('afterSendEvent', (event, response) => this.#answered(client, event, response ?? {}))
  }

  isOpen(what: string): boolean {
    this.attach()
    if (!this.#client || canSend(this.#client)) return true
    this.#closed(what)
    return false
  }

  /** Call this after a flush of Sentry. @param hasSent - `false` if the flush timed out */
  flushed(hasSent: boolean): void {
    if (!hasSent && this.#pending.size > 0) this.#unanswered('before the stop ended')
    this.#pending.clear()
    process.off('exit', this.#onExit)
  }

  #closed(what: string): void {
    this.#warn(
      'closed',
      `Sentry was closed before \`supervisor.stop()\` had ended, so reports are lost; the first was ${what}. ` +
        'Call `Sentry.close()` after it, or let it close Sentry: `sentryObserver(Sentry, { close: true })`.',
    )
  }

  #sent(event: SentryEventLike): void {
    if (event.event_id === undefined || !this.#parts.isOurs(event)) return
    if (this.#pending.size === 0) process.on('exit', this.#onExit)
    this.#pending.add(event.event_id)
    if (!this.#isTimed) this.#time()
  }

  #answered(client: SentryClientLike, event: SentryEventLike, response: SentryResponseLike): void {
    if (event.event_id === undefined || !this.#pending.delete(event.event_id)) return
    if (this.#pending.size === 0) process.off('exit', this.#onExit)
    const { statusCode } = response
    if (!canSend(client)) this.#closed('an event that was under way')
    else if (statusCode === undefined) {
      // After a response with status 429, the SDK does not send further events, so they have no status. A warning
      // about the DSN and the network would be wrong for these events.
      if (this.#told.has('limited')) return
      this.#warn(
        'unsent',
        'An event could not be sent to Sentry, so it is lost. Check the DSN and the network.',
      )
    } else if (statusCode === 429) {
      this.#warn(
        'limited',
        'Sentry limits the rate of events, so some are lost. Check the quota of the project.',
      )
    } else if (statusCode >= 400) {
      this.#warn(
        'refused',
        `Sentry refused an event with status ${statusCode}, so it is lost. Check the DSN.`,
      )
    }
  }

  #time(): void {
    const [oldest] = this.#pending
    this.#isTimed = oldest !== undefined && !this.#told.has('unanswered')
    if (oldest === undefined || !this.#isTimed) return
    this.#parts.clock.setTimer(() => {
      if (this.#pending.has(oldest)) this.#unanswered(`within ${patienceMs / 1000} s`)
      this.#time()
    }, patienceMs)
  }

  #unanswered(when: string): void {
    const { size } = this.#pending
    this.#warn(
      'unanswered',
      `Sentry did not answer ${when}, so ${size === 1 ? '1 event is' : `${size} events are`} probably lost. ` +
        'Check the DSN and the network.',
    )
  }

  #warn(problem: Problem, message: string): void {
    if (this.#told.has(problem)) return
    this.#told.add(problem)
    this.#parts.onWarning(message)
  }
}

function canSend(client: SentryClientLike): boolean {
  const { dsn, enabled } = client.getOptions() as { dsn?: string; enabled?: boolean }
  return Boolean(dsn) && enabled !== false
}
