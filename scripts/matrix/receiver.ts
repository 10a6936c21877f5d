import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Decoder } from './decoder.ts'
import type { Export } from './telemetry.ts'

export interface Receiver {
  readonly url: string
  readonly encodings: ReadonlySet<string | undefined>
  readonly requests: readonly Export[]
  readonly close: () => void
}

export async function startReceiver(decode: Decoder): Promise<Receiver> {
  const requests: Export[] = []
  const encodings = new Set<string | undefined>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const packed = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed
      const encoding = request.headers['content-type']
      const isJson = encoding === 'application/json'
      encodings.add(encoding)
      requests.push(isJson ? JSON.parse(body.toString()) : decode(request.url ?? '', body))
      response.writeHead(200, { 'content-type': encoding })
      response.end(isJson ? '{}' : undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, encodings, requests, close: () => server.close() }
}
