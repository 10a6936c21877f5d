/** A handler of an event of the client. */
// biome-ignore lint/suspicious/noExplicitAny: as the client itself types the handlers of events that it does not know
export type ClientHandler = ((...args: any[]) => unknown) & { listener?: unknown }

/** The part of a client of discord.js 14 that Runwell uses. */
export interface ClientLike {
  readonly token: string | null
  isReady(): boolean
  destroy(): Promise<void>
  on(event: never, listener: ClientHandler): unknown
  removeListener(event: never, listener: ClientHandler): unknown
  rawListeners(event: never): unknown[]
  eventNames(): (string | symbol)[]
}

/** Simplifies the type of `client.on`, which differs between versions of discord.js. */
export function listener(client: ClientLike) {
  return (event: string, listen: ClientHandler): unknown => client.on(event as never, listen)
}
