import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Times are wall time in milliseconds. */
export interface ReceivedAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly startsAt: number
  readonly endsAt: number
  readonly receivedAt: number
}

export class Webhook {
  readonly #received: ReceivedAlert[] = []
  readonly #server: Server
  readonly #next: string

  private constructor(next: string) {
    this.#next = next
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  static async open(next: string): Promise<Webhook> {
    const webhook = new Webhook(next)
    await new Promise<void>((resolve) => webhook.#server.listen(0, '127.0.0.1', resolve))
    return webhook
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get received(): readonly ReceivedAlert[] {
    return this.#received
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const receivedAt = Date.now()
    for (const { status, labels, startsAt, endsAt } of (JSON.parse(body) as Message).alerts) {
      const times = { startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt), receivedAt }
      // A message may repeat alerts of earlier messages.
      if (!this.#received.some((one) => isSame(one, { status, labels, ...times }))) {
        this.#received.push({ status, labels, ...times })
      }
    }
    response.end()
    // The service may have stopped, so errors are ignored.
    await fetch(this.#next, { method: 'POST', body }).catch(() => undefined)
  }
}

function isSame(one: ReceivedAlert, other: ReceivedAlert): boolean {
  return (
    one.status === other.status &&
    one.startsAt === other.startsAt &&
    JSON.stringify(one.labels) === JSON.stringify(other.labels)
  )
}

interface Message {
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly startsAt: string
    readonly endsAt: string
  }[]
}
