import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { close, listen } from '../loopback.ts'
import { readBody } from './body.ts'
import { parseEnvelope } from './envelope.ts'
import { IssueStore } from './issue-store.ts'

export class SentryReceiver {
  readonly store = new IssueStore()
  readonly items = new Map<string, number>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #port = 0

  get dsn(): string {
    return `http://demo@127.0.0.1:${this.#port}/1`
  }

  static async start(): Promise<SentryReceiver> {
    const receiver = new SentryReceiver()
    receiver.#port = await listen(receiver.#server)
    return receiver
  }

  close(): Promise<void> {
    return close(this.#server)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      for (const { type, payload } of parseEnvelope(await readBody(request))) {
        this.items.set(type, (this.items.get(type) ?? 0) + 1)
        if (type === 'event') this.store.add(payload)
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    } catch {
      response.writeHead(400).end()
    }
  }
}
