import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import { types } from 'node:util'
import { toError } from '../base/to-error.ts'

type OnFault = (error: Error) => void

/**
 * Fields of a channel that Node's documentation does not mention. A version of Node may lack them: then the functions
 * below call Node's own methods.
 */
interface ChannelFields {
  readonly _subscribers?: readonly ((message: unknown, name: string | symbol) => unknown)[]
  readonly _stores?: Iterable<[AsyncLocalStorage<unknown>, ((message: unknown) => unknown) | undefined]>
}

/**
 * Publishes a message. If a subscriber throws, Node's own `publish` reports an uncaught exception, which ends the
 * process. So this function calls the subscribers itself and passes their errors to `onFault`.
 */
export function publish(channel: Channel, message: object, onFault: OnFault): void {
  if (!channel.hasSubscribers) return
  const { _subscribers: subscribers } = channel as ChannelFields
  if (!Array.isArray(subscribers)) return channel.publish(message)
  // The loop uses a copy of the list, because a subscriber may unsubscribe while it is called.
  for (const subscriber of [...(subscribers as NonNullable<ChannelFields['_subscribers']>)]) {
    try {
      const returned = subscriber(message, channel.name)
      if (types.isPromise(returned)) returned.catch((error: unknown) => onFault(toError(error)))
    } catch (error) {
      onFault(toError(error))
    }
  }
}

/**
 * Sets the stores that are bound to the channel. Inside their contexts it publishes the message, and calls `fn` once,
 * even if a store fails. `fn` must not throw.
 */
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
