/** What is used of a client of discord.js 14. */
export interface ClientLike {
  readonly token: string | null
  isReady(): boolean
  destroy(): Promise<void>
  on(event: never, listener: (...args: never[]) => void): unknown
  removeListener(event: never, listener: (...args: never[]) => void): unknown
  rawListeners(event: never): unknown[]
  eventNames(): (string | symbol)[]
}

/** `client.on`, whose type knows the events of one version. */
export function listener(client: ClientLike) {
  return (event: string, listen: (...args: never[]) => void): unknown => client.on(event as never, listen)
}
