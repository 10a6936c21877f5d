import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayDispatchEvents, GatewayOpcodes } from 'discord.js'
import { type WebSocket, WebSocketServer } from 'ws'

/** Serves the part of Discord's API that a client needs to log in and to receive commands. */
export class DiscordGateway implements AsyncDisposable {
  /** For the option `rest.api` of a client. */
  readonly api: string
  readonly #close: () => Promise<void>
  readonly #sockets: Set<WebSocket>
  #sequence = 0

  private constructor(port: number, sockets: Set<WebSocket>, close: () => Promise<void>) {
    this.api = `http://127.0.0.1:${port}/api`
    this.#sockets = sockets
    this.#close = close
  }

  static async start(): Promise<DiscordGateway> {
    const sockets = new Set<WebSocket>()
    const server = createServer((_request, response) => {
      const { port } = server.address() as AddressInfo
      const limit = { total: 1_000, remaining: 1_000, reset_after: 0, max_concurrency: 1 }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ url: `ws://127.0.0.1:${port}`, shards: 1, session_start_limit: limit }))
    })
    const gateway = new WebSocketServer({ server })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const made = new DiscordGateway(port, sockets, async () => {
      for (const socket of sockets) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    })
    gateway.on('connection', (socket) => made.#serve(socket, port))
    return made
  }

  sendCommand(id: string): void {
    for (const socket of this.#sockets) {
      this.#dispatch(socket, GatewayDispatchEvents.InteractionCreate, {
        id,
        application_id: '2',
        type: 2,
        token: 'token',
        version: 1,
        locale: 'en-US',
        entitlements: [],
        authorizing_integration_owners: {},
        app_permissions: '0',
        user: { id: '3', username: 'somebody', discriminator: '0' },
        data: { id: '4', name: 'ping', type: 1 },
      })
    }
  }

  #serve(socket: WebSocket, port: number): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('message', (data) => {
      const { op } = JSON.parse(String(data)) as { readonly op: number }
      if (op === GatewayOpcodes.Heartbeat) this.#send(socket, { op: GatewayOpcodes.HeartbeatAck })
      if (op !== GatewayOpcodes.Identify) return
      this.#dispatch(socket, GatewayDispatchEvents.Ready, {
        v: 10,
        user: { id: '1', username: 'bot', discriminator: '0', bot: true },
        guilds: [],
        session_id: 'session',
        resume_gateway_url: `ws://127.0.0.1:${port}`,
        application: { id: '2', flags: 0 },
      })
    })
    this.#send(socket, { op: GatewayOpcodes.Hello, d: { heartbeat_interval: 40_000 } })
  }

  #dispatch(socket: WebSocket, type: string, data: object): void {
    this.#sequence += 1
    this.#send(socket, { op: GatewayOpcodes.Dispatch, t: type, s: this.#sequence, d: data })
  }

  #send(socket: WebSocket, message: object): void {
    socket.send(JSON.stringify(message))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}
