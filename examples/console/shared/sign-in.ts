// The examples in this folder share this code. Your application has its own sign-in.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Authorize } from '@runwell/console'
import { every, Supervisor } from '@runwell/core'

export const supervisor = new Supervisor({ name: 'shop', observers: [] })
supervisor.register({ name: 'orders.import', schedule: every('1h'), run: () => {} })

const sessions: Readonly<Record<string, { readonly user: string; readonly isOperator: boolean }>> = {
  'session-of-ana': { user: 'ana', isOperator: true },
  'session-of-ben': { user: 'ben', isOperator: false },
}

/** Every signed-in user can read. Operators can also act. */
export const authorize: Authorize = (incoming) => {
  const session = /(?:^|; )session=([^;]+)/.exec(incoming.headers.get('cookie') ?? '')?.[1]
  const person = session === undefined ? undefined : sessions[session]
  if (person === undefined) return false
  return { user: person.user, can: person.isOperator ? ['trigger', 'pause', 'resume'] : [] }
}

/** Removes `/internal` from the path, as Traefik, nginx and Kubernetes ingresses can do. */
async function proxyTo(port: number): Promise<{ readonly url: string; close(): void }> {
  const proxy = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '/').replace(/^\/internal/, '')
    const { method, headers } = incoming
    const forwarded = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port: own } = proxy.address() as AddressInfo
  return { url: `http://127.0.0.1:${own}/internal`, close: () => proxy.close().closeAllConnections() }
}

export async function visit(port: number): Promise<void> {
  const proxy = await proxyTo(port)
  const ask = async (
    who: string,
    path: string,
    expected: number,
    init: RequestInit = {},
  ): Promise<string> => {
    const headers = { cookie: `session=session-of-${who}`, ...init.headers }
    const response = await fetch(`${proxy.url}${path}`, { ...init, headers })
    const text = await response.text()
    if (response.status !== expected) throw new Error(`${who} ${path}: ${response.status} ${text}`)
    console.log(`${who} ${init.method ?? 'GET'} ${path}: ${response.status}`)
    return text
  }
  const write: RequestInit = {
    method: 'POST',
    body: '{"reason":"a test"}',
    headers: { 'content-type': 'application/json', 'x-runwell': '1' },
  }
  try {
    const page = await ask('ana', '/ops', 200) // the console redirects to /internal/ops/
    const [, script = ''] = /src="\.\/(assets\/[^"]+)"/.exec(page) ?? []
    await ask('ana', `/ops/${script}`, 200)
    await ask('ben', '/ops/api/v1/snapshot', 200)
    await ask('eve', '/ops/api/v1/snapshot', 403)
    await ask('ben', '/ops/api/v1/tasks/orders.import/trigger', 403, write)
    await ask('ana', '/ops/api/v1/tasks/orders.import/trigger', 200, write)
    console.log(await ask('ana', '/ops/api/v1/audit', 200))
    await ask('ana', '/', 200) // the rest of the application still works
    // A page stays open. Its stream of events must not keep the server from closing.
    const headers = { cookie: 'session=session-of-ana' }
    await fetch(`http://127.0.0.1:${port}/ops/api/v1/events`, { headers })
  } finally {
    proxy.close()
  }
}
