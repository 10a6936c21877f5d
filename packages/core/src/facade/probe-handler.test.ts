import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { loop, probeHandler, Supervisor } from '../index.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(
  supervisor: Supervisor,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const probe = probeHandler(supervisor)
  const server = createServer((request, response) => {
    if (!probe(request, response)) response.writeHead(404).end('not ours')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

describe('probeHandler', () => {
  it('answers the three probes with reasons, and no other request', async () => {
    const supervisor = new Supervisor({ observers: [] })
    supervisor.register({
      name: 'gateway',
      priority: 'critical',
      schedule: loop({ ready: true }),
      run: ({ ready, sleep }) => {
        ready()
        return sleep('1d')
      },
    })
    const ask = await serve(supervisor)
    expect((await ask('/startupz')).status).toBe(503)
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'fail', reasons: ['not started'] })

    await supervisor.start()
    expect((await ask('/startupz')).status).toBe(200)
    expect((await ask('/livez?verbose')).status).toBe(200)
    expect((await ask('/readyz')).status).toBe(200)
    expect((await ask('/readyz', { method: 'HEAD' })).status).toBe(200)
    expect((await ask('/readyz', { method: 'POST' })).status).toBe(404)
    expect((await ask('/other')).status).toBe(404)
    expect((await ask('/__proto__')).status).toBe(404)

    const stopping = supervisor.stop()
    const during = await ask('/readyz')
    expect(during.status).toBe(503)
    expect(await during.json()).toEqual({ status: 'fail', reasons: ['stopping'] })
    expect((await ask('/livez')).status).toBe(200)
    await stopping
  })
})
