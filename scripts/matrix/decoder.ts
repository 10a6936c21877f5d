import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Export } from './telemetry.ts'

export type Decoder = (path: string, body: Uint8Array) => Export

interface Protobuf {
  parse(source: string): { readonly root: { lookupType(name: string): MessageType } }
}

interface MessageType {
  decode(body: Uint8Array): object
  toObject(message: object, options: object): Export
}

/** The result has the same shape as OTLP in JSON. */
export function loadDecoder(project: string): Decoder {
  const protobuf: Protobuf = createRequire(join(project, 'package.json'))('protobufjs')
  const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'))
  const types = new Map([
    ['/v1/traces', root.lookupType('ExportTraceServiceRequest')],
    ['/v1/metrics', root.lookupType('ExportMetricsServiceRequest')],
  ])
  return (path, body) => {
    const type = types.get(path)
    if (type === undefined)
      throw new Error(`Expected a request to ${[...types.keys()].join(' or ')}, got ${path}`)
    return type.toObject(type.decode(body), { longs: String, bytes: String, arrays: false })
  }
}
