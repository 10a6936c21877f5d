import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

const MAX_BYTES = 16 * 1024 * 1024

const decoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gunzip),
  deflate: promisify<Buffer, Buffer>(inflate),
  br: promisify<Buffer, Buffer>(brotliDecompress),
  identity: async (bytes) => bytes,
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`A body of more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const decode = decoders[encoding]
  if (!decode) throw new Error(`Content-Encoding ${encoding} is not understood`)
  return decode(Buffer.concat(chunks))
}
