import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ConnectionFate } from './faults.ts'
import { close, listen } from './loopback.ts'

/**
 * On `/live`, each connection closes, breaks or falls silent after a few seconds. `/legacy` refuses all connections.
 */
export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

const MESSAGE_EVERY_MS = 200

export async function startGateway(nextFate: () => ConnectionFate): Promise<Gateway> {
  const server = createServer((_, response) => response.writeHead(426).end())
  const sockets = new WebSocketServer({ noServer: true })
  let downUntil = 0

  server.on('upgrade', (request, connection, head) => {
    // Without this listener, an error of the connection would end the process.
    connection.on('error', () => connection.destroy())
    if (request.url !== '/live') return refuse(connection, '410 Gone')
    if (performance.now() < downUntil) return refuse(connection, '503 Service Unavailable')
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const fate = nextFate()
      serve(socket, fate, () => {
        downUntil = performance.now() + fate.refuseForMs
      })
    })
  })
  const port = await listen(server)

  return {
    url: `ws://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      await close(server)
    },
  }
}

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function serve(socket: WebSocket, fate: ConnectionFate, onEnd: () => void): void {
  let serial = 0
  const say = (type: string) => socket.send(JSON.stringify({ type, serial: serial++ }))
  say('hello')
  const messages = setInterval(() => say('message'), MESSAGE_EVERY_MS)
  const end = setTimeout(() => {
    clearInterval(messages)
    onEnd()
    if (fate.end === 'restart') socket.close(1012, 'gateway restarts')
    if (fate.end === 'cut') socket.terminate()
    // With `silence`, the connection stays open, but no more messages arrive. The client has to notice this.
  }, fate.lifeMs)
  socket.once('close', () => {
    clearInterval(messages)
    clearTimeout(end)
  })
  // Without this listener, an error of the socket would end the process.
  socket.on('error', () => {})
}
