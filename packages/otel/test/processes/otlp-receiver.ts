import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export interface Received {
  readonly path: string
  readonly contentType: string
  readonly body: Buffer
}

interface Attribute {
  readonly key: string
  readonly value: Record<string, unknown>
}

type Parsed = Readonly<Record<string, unknown>>

export interface Point {
  readonly instance: string
  readonly attributes: Parsed
  readonly value: number
  readonly startMs: number
  readonly atMs: number
}

export class OtlpReceiver {
  readonly requests: Received[] = []
  readonly #server: Server
  #answer: 'ok' | 'never' | number
  #body = '{}'

  private constructor(server: Server, answer: 'ok' | 'never' | number) {
    this.#server = server
    this.#answer = answer
    server.on('request', (request, response) => this.#receive(request, response))
  }

  static async listen(answer: 'ok' | 'never' | number = 'ok'): Promise<OtlpReceiver> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new OtlpReceiver(server, answer)
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  answerWith(body: string): void {
    this.#body = body
  }

  close(): Promise<void> {
    if (!this.#server.listening) return Promise.resolve()
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  spans(): {
    name: string
    traceId: string
    spanId: string
    parentSpanId: string | undefined
    attributes: Record<string, unknown>
    resource: Record<string, unknown>
  }[] {
    return this.#json('/v1/traces').flatMap((body) =>
      list(body['resourceSpans']).flatMap((part) =>
        list(part['scopeSpans']).flatMap((scope) =>
          list(scope['spans']).map((span) => ({
            name: String(span['name']),
            traceId: String(span['traceId']),
            spanId: String(span['spanId']),
            parentSpanId: span['parentSpanId'] as string | undefined,
            attributes: attributesOf(span['attributes']),
            resource: attributesOf((part['resource'] as Record<string, unknown>)['attributes']),
          })),
        ),
      ),
    )
  }

  logRecords(): {
    eventName: string
    traceId: string
    resource: Record<string, unknown>
  }[] {
    return this.#json('/v1/logs').flatMap((body) =>
      list(body['resourceLogs']).flatMap((part) =>
        list(part['scopeLogs']).flatMap((scope) =>
          list(scope['logRecords']).map((record) => ({
            eventName: String(record['eventName']),
            traceId: String(record['traceId']),
            resource: attributesOf((part['resource'] as Parsed)['attributes']),
          })),
        ),
      ),
    )
  }

  points(name: string): Point[] {
    return this.#json('/v1/metrics').flatMap((body) =>
      list(body['resourceMetrics']).flatMap((part) =>
        list(part['scopeMetrics'])
          .flatMap((scope) => list(scope['metrics']))
          .filter((metric) => metric['name'] === name)
          .flatMap((metric) => list((metric['sum'] as Record<string, unknown>)['dataPoints']))
          .map((point) => ({
            instance: String(attributesOf((part['resource'] as Parsed)['attributes'])['service.instance.id']),
            attributes: attributesOf(point['attributes']),
            value: Number(point['asDouble'] ?? point['asInt']),
            startMs: Number(point['startTimeUnixNano']) / 1e6,
            atMs: Number(point['timeUnixNano']) / 1e6,
          })),
      ),
    )
  }

  counter(name: string, attribute: readonly [string, string]): number[] {
    const [key, wanted] = attribute
    return this.points(name)
      .filter(({ attributes }) => attributes[key] === wanted)
      .map(({ value }) => value)
  }

  #json(path: string): Record<string, unknown>[] {
    const requests = this.requests.filter((request) => request.path === path)
    return requests.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const contentType = request.headers['content-type'] ?? ''
      this.requests.push({ path: request.url ?? '', contentType, body: Buffer.concat(chunks) })
      if (this.#answer === 'never') return
      response.statusCode = this.#answer === 'ok' ? 200 : this.#answer
      response.setHeader('content-type', contentType)
      response.end(contentType === 'application/json' ? this.#body : '')
    })
  }
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : []
}

function attributesOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    (list(value) as unknown as Attribute[]).map(({ key, value: wrapped }) => [
      key,
      Object.values(wrapped)[0],
    ]),
  )
}
