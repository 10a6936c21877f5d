import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import { types } from 'node:util'
import { toError } from '../base/to-error.ts'

type OnFault = (error: Error) => void

/** Undocumented fields of Node's channels. Some versions of Node may not have them. */
interface ChannelFields {
  readonly _subscribers?: readonly ((message: unknown, name: string | symbol) => unknown)[]
  readonly _stores?: Iterable<[AsyncLocalStorage<unknown>, ((message: unknown) => unknown) | undefined]>
}

/**
 * Like Node's `publish`, but passes errors of subscribers to `onFault`. Node would end the process with an uncaught
 * exception.
 */
export function publish(channel: Channel, message: object, onFault: OnFault): void {
  if (!channel.hasSubscribers) return
  const { _subscribers: subscribers } = channel as ChannelFields
  if (!Array.isArray(subscribers)) return channel.publish(message)
  // This loop needs a copy, because a subscriber may unsubscribe while it is called.
  for (const subscriber of [...(subscribers as NonNullable<ChannelFields['_subscribers']>)]) {
    try {
      const returned = subscriber(message, channel.name)
      if (types.isPromise(returned)) returned.catch((error: unknown) => onFault(toError(error)))
    } catch (error) {
      onFault(toError(error))
    }
  }
}

/** Calls `fn` once, inside the AsyncLocalStorage stores that are bound to the channel. `fn` must not throw. */
export function runStores(channel: Channel, message: object, fn: () => void, onFault: OnFault): void {
  let isCalled = false
  let enter = (): void => {
    if (isCalled) return
    isCalled = true
    publish(channel, message, onFault)
    fn()
  }
  const { _stores: stores } = channel as ChannelFields
  if (channel.hasSubscribers && stores === undefined) return channel.runStores(message, enter)
  for (const [store, transform] of stores ?? []) {
    const next = enter
    enter = () => {
      try {
        store.run(transform ? transform(message) : message, next)
      } catch (error) {
        onFault(toError(error))
      }
      next()
    }
  }
  enter()
}
