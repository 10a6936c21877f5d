import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One alert in a message of Alertmanager. Times are wall time in milliseconds. */
export interface Told {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  /** When Prometheus found it firing. */
  readonly startsAt: number
  readonly endsAt: number
  readonly receivedAt: number
}

/** Where Alertmanager sends what fires: kept here, and handed on to the service of the example. */
export class Webhook {
  readonly #told: Told[] = []
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

  /** All that was told, oldest first. */
  get told(): readonly Told[] {
    return this.#told
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
      // A group is told as a whole, with what was told before.
      if (!this.#told.some((one) => isSame(one, { status, labels, ...times }))) {
        this.#told.push({ status, labels, ...times })
      }
    }
    response.end()
    // The service of the example may have ended: then nobody is left to print it.
    await fetch(this.#next, { method: 'POST', body }).catch(() => undefined)
  }
}

function isSame(one: Told, other: Told): boolean {
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
