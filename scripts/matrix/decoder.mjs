import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Reads OTLP's protobuf, with the protobufjs that is installed in `project`, into the shape that its JSON has. */
export function loadDecoder(project) {
  const protobuf = createRequire(join(project, 'package.json'))('protobufjs')
  const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'))
  const types = {
    '/v1/traces': root.lookupType('ExportTraceServiceRequest'),
    '/v1/metrics': root.lookupType('ExportMetricsServiceRequest'),
  }
  return (path, body) => {
    const type = types[path]
    if (type === undefined) throw new Error(`Nothing is expected at ${path}`)
    return type.toObject(type.decode(body), { longs: String, bytes: String, arrays: false })
  }
}
