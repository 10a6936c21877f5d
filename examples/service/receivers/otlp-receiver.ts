import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { close, listen } from '../loopback.ts'
import { readBody } from './body.ts'
import { MetricStore } from './metric-store.ts'
import { decodePoints, decodeSpans, type Encoding } from './otlp-decode.ts'
import { SpanStore } from './span-store.ts'

export class OtlpReceiver {
  readonly spans = new SpanStore()
  readonly metrics = new MetricStore()
  readonly received = { requests: 0, bytes: 0, rejected: 0, encodings: new Set<Encoding>() }
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #url = ''

  get url(): string {
    return this.#url
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver()
    receiver.#url = `http://127.0.0.1:${await listen(receiver.#server)}`
    return receiver
  }

  close(): Promise<void> {
    return close(this.#server)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = request.headers['content-type']?.includes('json') ? 'json' : 'protobuf'
    try {
      const bytes = await readBody(request)
      if (request.url === '/v1/traces') this.spans.add(decodeSpans(bytes, encoding))
      else if (request.url === '/v1/metrics') this.metrics.add(decodePoints(bytes, encoding))
      else return void response.writeHead(404).end()
      this.received.requests += 1
      this.received.bytes += bytes.length
      this.received.encodings.add(encoding)
      // In both encodings, an empty response means that the receiver has accepted everything.
      response.writeHead(200, {
        'content-type': `application/${encoding === 'json' ? 'json' : 'x-protobuf'}`,
      })
      response.end(encoding === 'json' ? '{}' : undefined)
    } catch {
      this.received.rejected += 1
      response.writeHead(400).end()
    }
  }
}
