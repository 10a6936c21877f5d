import { channel } from 'node:diagnostics_channel'
import { publish } from './channels.ts'
import type { Observer } from './observer.ts'

/**
 * Creates an observer that publishes each event on `node:diagnostics_channel`. Each event type has its own channel,
 * such as `runwell:run.ended`. Errors of subscribers are reported as `observer.failed`.
 *
 * To run tasks inside a context, use `tracingChannel('runwell:run')`. It works without an observer.
 */
export function diagnosticsObserver(): Observer {
  return {
    name: 'diagnostics',
    onEvent(event) {
      const target = channel(`runwell:${event.type}`)
      // The promise rejects when a subscriber fails. An asynchronous subscriber may fail later.
      if (target.hasSubscribers) return new Promise<never>((_, reject) => publish(target, event, reject))
      return undefined
    },
  }
}
