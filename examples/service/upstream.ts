import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { UpstreamFault } from './faults.ts'
import { close, listen } from './loopback.ts'

export interface Upstream {
  readonly url: string
  close(): Promise<void>
}

/** Must be longer than the timeout of `feeds.poll`. */
const SLOW_MS = 3_000

export async function startUpstream(nextFault: (path: string) => UpstreamFault): Promise<Upstream> {
  let served = 0
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://upstream').pathname
    void answer(nextFault(path), response, ++served)
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

async function answer(fault: UpstreamFault, response: ServerResponse, serial: number): Promise<void> {
  await wait(5 + (serial % 7) * 4)
  if (fault === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (fault === 'slow') await wait(SLOW_MS)
  const status = fault === 'error' ? 500 : 200
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body(fault, serial))
}

function body(fault: UpstreamFault, serial: number): string {
  if (fault === 'error') return '{"error":"internal error"}'
  const items = Array.from({ length: 20 }, (_, index) => ({
    id: serial * 20 + index,
    title: `Item ${index}`,
  }))
  const text = JSON.stringify({ serial, items })
  return fault === 'garbage' ? text.slice(0, text.length / 2) : text
}
