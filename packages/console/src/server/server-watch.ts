import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'

const lookEveryMs = 250

/**
 * Finds out that an HTTP server has begun to close. Such a server waits until all its responses have ended, so a
 * stream must end. Node emits no event for that: `close` comes only after the last response.
 */
export class ServerWatch {
  /**
   * Servers that have listened. A server that has never listened is not closing: it may get its connections from
   * another server.
   */
  readonly #listened = new WeakSet<Server>()

  isClosing(request: IncomingMessage): boolean {
    const server = serverOf(request)
    if (server === undefined) return false
    if (server.listening) this.#listened.add(server)
    return !server.listening && this.#listened.has(server)
  }

  /** @returns a function that ends the watch */
  whenClosing(request: IncomingMessage, onClosing: () => void): () => void {
    const look = (): void => {
      if (!this.isClosing(request)) return
      clearInterval(timer)
      onClosing()
    }
    const timer = setInterval(look, lookEveryMs).unref()
    return () => clearInterval(timer)
  }
}

/**
 * Node sets the property `server` for its HTTP servers, but its types do not have it. A destroyed request has no socket.
 */
function serverOf({ socket }: IncomingMessage): Server | undefined {
  return (socket as (Socket & { readonly server?: Server }) | undefined)?.server
}
