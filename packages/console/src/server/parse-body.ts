import { Refusal } from '../access/refusal.ts'

const maxBytes = 1_024 * 1_024

export async function jsonBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await limitedText(request)
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'The body is not JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new Refusal(400, 'The body must be a JSON object.')
}

/** Counts the received bytes, because the header `content-length` may be wrong. */
async function limitedText(request: Request): Promise<string> {
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > maxBytes)
        throw new Refusal(413, 'The body is longer than 1 MB.', undefined, { connection: 'close' })
      chunks.push(chunk)
    }
  } catch (error) {
    // If the signal is aborted, the client has gone. The console has not failed then, so nothing is logged.
    if (!request.signal.aborted) throw error
    throw new Refusal(400, 'The connection was closed before the whole body had arrived.')
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
