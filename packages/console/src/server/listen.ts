import { createServer, type Server } from 'node:http'
import type { AddressInfo, ListenOptions as NetListenOptions } from 'node:net'
import { InvalidOptionError } from '@runwell/core'
import { aText, checkOptions, type OptionTable, wholeNumber } from '@runwell/core/adapter'
import { isLoopback } from '../access/host.ts'
import type { NodeHandler } from './node-bridge.ts'
import { freeIfStale } from './used-socket.ts'

/** Options of `listen()`. */
export interface ListenOptions {
  /** The port. With `0`, Node chooses a free port. @defaultValue `4777` */
  readonly port?: number | undefined
  /**
   * The host name or address to listen on. If other machines can connect, `token` or `authorize` must be set.
   * @defaultValue `'127.0.0.1'`
   */
  readonly host?: string | undefined
  /**
   * The path of a unix socket. If it is set, `port` and `host` are ignored. The permissions of the socket file decide
   * who may connect. `listen()` replaces a file that a killed process has left.
   */
  readonly socket?: string | undefined
}

const listenOptions: OptionTable<ListenOptions> = { port: wholeNumber(0, 65_535), host: aText, socket: aText }

/** A console that listens on a port or a socket. */
export interface Listening {
  /** The address without the token. For a socket, the path of the socket. */
  readonly url: string
  /**
   * The address to open in a browser. It contains the token, unless `authorize` is set. For a socket, the path of the
   * socket.
   */
  readonly link: string
  readonly port: number | undefined
  close(): Promise<void>
}

export function checkListen(options: unknown): void {
  checkOptions('listen', options, listenOptions)
}

export async function listen(
  handler: NodeHandler,
  { port = 4777, host = '127.0.0.1', socket }: ListenOptions,
  access: { readonly token: string; readonly isGuarded: boolean; readonly asksForToken: boolean },
): Promise<Listening> {
  if (socket === undefined && !isLoopback(host) && !access.isGuarded) {
    throw new InvalidOptionError(
      'host',
      "'127.0.0.1' unless createConsole() has a `token` or `authorize`",
      host,
    )
  }
  const server = createServer({ maxHeaderSize: 16_384 }, handler)
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.maxConnections = 200
  if (socket === undefined) await openedOn(server, port, host)
  else await openedAt(server, socket)
  server.unref()
  // Makes Node load the code of `Request` and `Headers` now, not during the first request.
  setImmediate(() => void new Request('http://host.invalid', { headers: new Headers() })).unref()
  const close = (): Promise<void> => closed(server)
  if (socket !== undefined) return { url: socket, link: socket, port: undefined, close }
  const { port: taken } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}/`
  return { url, link: access.asksForToken ? `${url}#token=${access.token}` : url, port: taken, close }
}

function opened(server: Server, where: NetListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Keeps the error of Node with its `code`, and adds the cure to its message. */
async function openedOn(server: Server, port: number, host: string): Promise<void> {
  try {
    await opened(server, { port, host })
  } catch (error) {
    const cure = error instanceof Error && cures[(error as NodeJS.ErrnoException).code ?? '']?.(port)
    if (cure) error.message += `. ${cure}`
    throw error
  }
}

const cures: Readonly<Record<string, (port: number) => string>> = {
  EADDRINUSE: (port) =>
    `Something else uses port ${port}: stop it, or let the console choose a free port with listen({ port: 0 })`,
  EACCES: (port) =>
    `This user may not use port ${port}: pass a port from 1024, or let the console choose one with listen({ port: 0 })`,
}

async function openedAt(server: Server, path: string): Promise<void> {
  try {
    await opened(server, { path })
  } catch (error) {
    const isUsed = error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!isUsed || !(await freeIfStale(path, error))) throw error
    await opened(server, { path })
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
