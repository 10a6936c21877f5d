import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Item {
  readonly type: string
  readonly header: Readonly<Record<string, unknown>>
  readonly envelope: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect received data without types
  readonly payload: any
}

export type Answer =
  | 'ok'
  | 'gone'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly delayMs?: number }

export class Receiver {
  readonly items: Item[] = []
  readonly refused: Item[] = []
  answer: (items: readonly Item[]) => Answer = () => 'ok'
  readonly #server = createServer((request, response) => void this.#take(request, response))

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get dsn(): string {
    return `http://public@127.0.0.1:${(this.#server.address() as AddressInfo).port}/1`
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests inspect received data without types
  payloads(type: string): any[] {
    return this.items.filter((item) => item.type === type).map((item) => item.payload)
  }

  async until(isSo: () => boolean): Promise<void> {
    for (let waitedMs = 0; !isSo(); waitedMs += 5) {
      if (waitedMs > 20_000) throw new Error('What was waited for has not come')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  clear(): void {
    this.items.length = 0
    this.refused.length = 0
    this.answer = () => 'ok'
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const items = parseEnvelope(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    const answer = this.answer(items)
    if (answer === 'gone') {
      this.refused.push(...items)
      request.socket.destroy()
      return
    }
    const { status, headers = {}, delayMs = 0 } = answer === 'ok' ? { status: 200 } : answer
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    ;(status === 200 ? this.items : this.refused).push(...items)
    response.writeHead(status, headers).end('{}')
  }
}

/**
 * The envelope and each item begin with a line of JSON. After the line of an item comes its payload: `length` bytes,
 * or one line.
 */
function parseEnvelope(body: Buffer): Item[] {
  const items: Item[] = []
  let position = 0
  const line = (): Buffer => {
    const end = body.indexOf(10, position)
    const found = body.subarray(position, end === -1 ? body.length : end)
    position += found.length + 1
    return found
  }
  const envelope = JSON.parse(line().toString())
  while (position < body.length) {
    const text = line().toString()
    if (text === '') continue
    const header = JSON.parse(text)
    const length = header.length as number | undefined
    const raw = length === undefined ? line() : body.subarray(position, position + length)
    if (length !== undefined) position += length
    items.push({ type: header.type, header, envelope, payload: parsed(raw) })
  }
  return items
}

function parsed(raw: Buffer): unknown {
  const text = raw.toString()
  try {
    return JSON.parse(text)
  } catch {
    return text // An attachment may be something else than JSON.
  }
}
