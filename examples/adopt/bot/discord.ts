// A fake Discord on a port of this machine. It has only the parts that the bot needs.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Discord {
  readonly url: string
  readonly channel: string
  readonly sent: readonly string[]
  write(content: string): void
  close(): void
}

const bot = { id: '1001', username: 'runbot', discriminator: '0', avatar: null, bot: true }
const person = { id: '1002', username: 'ada', discriminator: '0', avatar: null }
const guildId = '2001'
const channelId = '3001'
const guild = {
  id: guildId,
  name: 'Guild',
  owner_id: person.id,
  unavailable: false,
  member_count: 2,
  roles: [{ id: guildId, name: '@everyone', permissions: '3072', color: 0, position: 0 }],
  channels: [{ id: channelId, type: 0, name: 'general', position: 0, permission_overwrites: [] }],
  members: [bot, person].map((user) => ({ user, roles: [], joined_at: '2026-01-01T00:00:00Z' })),
  emojis: [],
  features: [],
}

export async function startDiscord(): Promise<Discord> {
  const sent: string[] = []
  const sockets = new Set<WebSocket>()
  let sequence = 0
  let messages = 0
  const dispatch = (socket: WebSocket, t: string, d: unknown): void =>
    socket.send(JSON.stringify({ op: 0, s: ++sequence, t, d }))
  const message = (author: object, content: string) => ({
    id: String(4001 + messages++),
    channel_id: channelId,
    guild_id: guildId,
    author,
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    type: 0,
  })

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (path.endsWith('/gateway/bot'))
      return answer(response, {
        url: `ws://127.0.0.1:${port}`,
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
      })
    if (path.endsWith(`/channels/${channelId}/messages`)) {
      const { content } = JSON.parse(await textOf(request)) as { readonly content: string }
      sent.push(content)
      return answer(response, message(bot, content))
    }
    if (path === '/feed') return answer(response, [{ id: 'a', title: 'Hello' }])
    response.writeHead(404).end('{}')
  })
  const gateway = new WebSocketServer({ server })
  gateway.on('connection', (socket) => {
    sockets.add(socket)
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 5_000 } }))
    socket.on('message', (data) => {
      const { op } = JSON.parse(String(data)) as { readonly op: number }
      if (op === 1) socket.send(JSON.stringify({ op: 11 }))
      if (op !== 2) return
      dispatch(socket, 'READY', {
        v: 10,
        user: bot,
        guilds: [{ id: guildId, unavailable: true }],
        session_id: 'session',
        resume_gateway_url: `ws://127.0.0.1:${port}`,
        shard: [0, 1],
        application: { id: bot.id, flags: 0 },
      })
      dispatch(socket, 'GUILD_CREATE', guild)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    channel: channelId,
    sent,
    write(content) {
      for (const socket of sockets) dispatch(socket, 'MESSAGE_CREATE', message(person, content))
    },
    close() {
      for (const socket of sockets) socket.terminate()
      server.close()
      server.closeAllConnections()
    },
  }
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
