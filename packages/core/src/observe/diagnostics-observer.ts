import { channel } from 'node:diagnostics_channel'
import { publish } from './channels.ts'
import type { Observer } from './observer.ts'

/**
 * Creates an observer that publishes every event on `node:diagnostics_channel`. Each event type has its own channel,
 * for instance `runwell:run.ended`. If a subscriber throws, the supervisor emits `observer.failed` about this observer.
 *
 * To run tasks inside a context, such as a trace, use `tracingChannel('runwell:run')`. That channel needs no observer.
 */
export function diagnosticsObserver(): Observer {
  return {
    name: 'diagnostics',
    onEvent(event) {
      const target = channel(`runwell:${event.type}`)
      // An asynchronous subscriber may fail later. The supervisor reports the rejection of this promise as a fault.
      if (target.hasSubscribers) return new Promise<never>((_, reject) => publish(target, event, reject))
      return undefined
    },
  }
}
