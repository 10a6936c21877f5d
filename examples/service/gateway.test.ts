import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionFate } from './faults.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { listenToGateway } from './tasks/gateway-client.ts'

let gateway: Gateway
afterEach(() => gateway.close())

const never = new AbortController().signal

async function open(fate: Partial<ConnectionFate>): Promise<void> {
  gateway = await startGateway(() => ({ lifeMs: 50, end: 'cut', refuseForMs: 0, ...fate }))
}

function converse(path: string, signal = never, types: string[] = []): Promise<unknown> {
  return listenToGateway(gateway.url + path, signal, async ({ type }) => {
    types.push(type)
  }).catch((error: unknown) => error)
}

describe('the gateway, from the view of its client', () => {
  it.each([
    ['restart', 'Gateway closed the connection (1012)'],
    ['cut', 'Gateway closed the connection (1006)'],
    ['silence', 'Gateway sent no message for 1500 ms'],
  ] as const)('ends connections by %s', async (end, message) => {
    await open({ end })

    expect(await converse('/live')).toMatchObject({ name: 'GatewayError', message })
  })

  it('sends a greeting, then messages', async () => {
    await open({ lifeMs: 500 })
    const types: string[] = []

    await converse('/live', never, types)

    expect(types).toEqual(['hello', 'message', 'message'])
  })

  it('is down for a short time after a connection', async () => {
    await open({ refuseForMs: 60_000 })
    await converse('/live')

    expect(await converse('/live')).toMatchObject({
      message: expect.stringMatching(
        /^Gateway ws:\/\/127\.0\.0\.1:\d+\/live refused: 503 Service Unavailable$/,
      ),
    })
  })

  it('refuses all connections to the legacy gateway', async () => {
    await open({})

    expect(await converse('/legacy')).toMatchObject({
      message: expect.stringMatching(/^Gateway ws:\/\/127\.0\.0\.1:\d+\/legacy refused: 410 Gone$/),
    })
  })

  it('is disconnected when the run is aborted', async () => {
    await open({ lifeMs: 60_000 })
    const leaving = new AbortController()
    setTimeout(() => leaving.abort(), 30)

    expect(await converse('/live', leaving.signal)).toBeUndefined()
  })

  it('survives a client that resets the connection while it is refused', async () => {
    await open({})
    const { port } = new URL(gateway.url)
    const head = 'GET /legacy HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    for (let i = 0; i < 20; i += 1) {
      const client = connect(Number(port), '127.0.0.1')
      client.on('error', () => {})
      await once(client, 'connect')
      client.write(head)
      await new Promise((resolve) => setImmediate(resolve))
      client.resetAndDestroy()
    }

    expect(await converse('/legacy')).toMatchObject({
      message: expect.stringMatching(/^Gateway ws:\/\/127\.0\.0\.1:\d+\/legacy refused: 410 Gone$/),
    })
  })
})
