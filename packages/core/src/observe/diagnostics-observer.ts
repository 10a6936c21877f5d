import { channel } from 'node:diagnostics_channel'
import { publish } from './channels.ts'
import type { Observer } from './observer.ts'

/**
 * Publishes every event on `node:diagnostics_channel`. Each event type has its own channel: `runwell:` and the type,
 * for instance `runwell:run.ended`. If a subscriber throws, the supervisor reports a fault of this observer.
 *
 * To run tasks inside a context, use `tracingChannel('runwell:run')` instead, which needs no observer.
 */
export function diagnosticsObserver(): Observer {
  return {
    name: 'diagnostics',
    onEvent(event) {
      const target = channel(`runwell:${event.type}`)
      // A subscriber may also fail later, so this returns a promise, whose rejection the supervisor reports.
      if (target.hasSubscribers) return new Promise<never>((_, reject) => publish(target, event, reject))
      return undefined
    },
  }
}
