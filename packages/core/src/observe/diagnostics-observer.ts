import { channel } from 'node:diagnostics_channel'
import type { Observer } from './observer.ts'

/**
 * Publishes every event on `node:diagnostics_channel`: each type on a channel of its own, `runwell:` and the type, for
 * instance `runwell:run.ended`. Costs next to nothing while nobody subscribes.
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
