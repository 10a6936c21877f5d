import { channel } from 'node:diagnostics_channel'
import { publish } from './channels.ts'
import type { Observer } from './observer.ts'

/**
 * Creates an observer that publishes each event on its own channel of `node:diagnostics_channel`, such as
 * `runwell:run.ended`. Errors of subscribers are reported as `observer.failed`.
 *
 * To run tasks inside a context, use `tracingChannel('runwell:run')`, which needs no observer.
 */
export function diagnosticsObserver(): Observer {
  return {
    name: 'diagnostics',
    onEvent(event) {
      const target = channel(`runwell:${event.type}`)
      // An asynchronous subscriber may fail later: its error rejects this promise.
      if (target.hasSubscribers) return new Promise<never>((_, reject) => publish(target, event, reject))
      return undefined
    },
  }
}
