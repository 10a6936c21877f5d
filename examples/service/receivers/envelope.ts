export interface EnvelopeItem {
  readonly type: string
  readonly payload: Buffer
}

const NEWLINE = 0x0a

/**
 * An envelope begins with a header in JSON. After it, each item has a header and a payload. If the item header has no
 * length, the payload ends at the next newline.
 *
 * @throws if a header is not JSON
 */
export function parseEnvelope(bytes: Buffer): EnvelopeItem[] {
  const items: EnvelopeItem[] = []
  let at = lineEnd(bytes, 0)
  JSON.parse(bytes.toString('utf8', 0, at))
  at += 1
  while (at < bytes.length) {
    const headerEnd = lineEnd(bytes, at)
    const header = bytes.toString('utf8', at, headerEnd)
    at = headerEnd + 1
    if (header === '') continue
    const { type, length } = JSON.parse(header) as { readonly type?: string; readonly length?: number }
    const end = length === undefined ? lineEnd(bytes, at) : at + length
    items.push({ type: type ?? 'unknown', payload: bytes.subarray(at, end) })
    at = end + 1
  }
  return items
}

function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(NEWLINE, from)
  return at < 0 ? bytes.length : at
}
