import { channel } from 'node:diagnostics_channel'
import type { Observer } from './observer.ts'

/**
 * Publishes every event on `node:diagnostics_channel`. Each event type has its own channel: `runwell:` and the type, for
 * instance `runwell:run.ended`. Without a subscriber an event costs one look-up.
 */
export function diagnosticsObserver(): Observer {
  return {
    name: 'diagnostics',
    onEvent(event) {
      const target = channel(`runwell:${event.type}`)
      if (target.hasSubscribers) target.publish(event)
    },
  }
}
