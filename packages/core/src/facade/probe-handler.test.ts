import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import middie from '@fastify/middie'
import connect from 'connect'
import express from 'express'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loop, probeHandler, Supervisor } from '../index.ts'

const require = createRequire(import.meta.url)
const express4: typeof express = require('express-v4')

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown
type Ask = (path: string, method?: string) => Promise<{ status: number; body: string }>

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(listener: Listener): Promise<Ask> {
  const server = createServer(listener)
  closers.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return asks((server.address() as AddressInfo).port)
}

/** Uses `request`, because `fetch` can't send a path such as `http://host/livez`. */
function asks(port: number): Ask {
  return (path, method = 'GET') =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        )
      })
      asked.on('error', reject).end()
    })
}

const alive = '{"status":"ok","reasons":[]}'

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
    const probe = probeHandler(supervisor)
    const ask = await serve((request, response) => {
      if (!probe(request, response)) response.writeHead(404).end('not ours')
    })
    const asked = async (path: string, method?: string) => (await ask(path, method)).status

    expect(await asked('/startupz')).toBe(503)
    expect(await ask('/readyz')).toEqual({ status: 503, body: '{"status":"fail","reasons":["not started"]}' })

    await supervisor.start()
    expect(await asked('/startupz')).toBe(200)
    expect(await asked('/livez?verbose')).toBe(200)
    expect(await asked('/livez/')).toBe(200)
    expect(await asked('/livez/?verbose')).toBe(200)
    expect(await asked('http://127.0.0.1/livez')).toBe(200)
    expect(await asked('/readyz')).toBe(200)
    expect(await ask('/readyz', 'HEAD')).toEqual({ status: 200, body: '' })
    expect(await asked('/readyz', 'POST')).toBe(404)
    for (const other of ['/', '/other', '/__proto__', '/livez/x', '/x/livez', '//livez', '/livezz', '*']) {
      expect(await asked(other), other).toBe(404)
    }

    const stopping = supervisor.stop()
    expect(await ask('/readyz')).toEqual({ status: 503, body: '{"status":"fail","reasons":["stopping"]}' })
    expect(await asked('/livez')).toBe(200)
    await stopping
  })

  it('names what to pass if it gets no response of node:http', () => {
    const probe = probeHandler(new Supervisor({ observers: [] }))
    const context = { url: '/', method: 'GET' }

    expect(() => probe(context as IncomingMessage, (() => {}) as never)).toThrow(
      /^Expected `response` to be a response of node:http \(in Koa pass `ctx\.req` and `ctx\.res`, /,
    )
  })
})

describe('probeHandler as a middleware', () => {
  let supervisor: Supervisor

  beforeEach(async () => {
    supervisor = new Supervisor({ observers: [] })
    await supervisor.start()
    closers.push(() => supervisor.stop())
  })

  async function expectRoutesAndProbes(ask: Ask, at = ''): Promise<void> {
    expect(await ask('/orders')).toEqual({ status: 200, body: 'orders' })
    expect(await ask('/orders?page=2')).toEqual({ status: 200, body: 'orders' })
    for (const probe of ['/livez', '/readyz', '/startupz', '/livez/', '/livez?verbose']) {
      expect(await ask(at + probe), probe).toEqual({ status: 200, body: alive })
    }
    expect(await ask(`${at}/livez`, 'HEAD')).toEqual({ status: 200, body: '' })
    expect((await ask(`${at}/livez`, 'POST')).status).toBe(404)
    expect((await ask(`${at}/other`)).status).toBe(404)
    expect((await ask(at === '' ? '/health/livez' : '/livez')).status).toBe(404)
  }

  describe.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])('of %s', (_, framework) => {
    it('serves the probes, and the routes of the application', async () => {
      const app = framework()
      app.use(probeHandler(supervisor))
      app.get('/orders', (_request, response) => void response.send('orders'))
      await expectRoutesAndProbes(await serve(app))
    })

    it('serves the probes below the path where it is mounted', async () => {
      const app = framework()
      app.use('/health', probeHandler(supervisor))
      app.get('/orders', (_request, response) => void response.send('orders'))
      await expectRoutesAndProbes(await serve(app), '/health')
    })

    it('serves a probe that is mounted or routed by its own path', async () => {
      const app = framework()
      app.use('/livez', probeHandler(supervisor))
      app.get('/readyz', probeHandler(supervisor))
      const router = framework.Router()
      router.use('/startupz', probeHandler(supervisor))
      app.use('/internal', router)
      const ask = await serve(app)

      for (const path of ['/livez', '/livez/', '/livez?verbose', '/readyz', '/internal/startupz']) {
        expect(await ask(path), path).toEqual({ status: 200, body: alive })
      }
      for (const path of ['/startupz', '/livez/x', '/internal/livez']) {
        expect((await ask(path)).status, path).toBe(404)
      }
    })
  })

  it.each(['', '/health'])('of Connect, mounted at %j', async (at) => {
    const app = connect()
    if (at === '') app.use(probeHandler(supervisor))
    else app.use(at, probeHandler(supervisor))
    app.use('/orders', (_request, response) => response.end('orders'))
    await expectRoutesAndProbes(await serve(app), at)
  })

  it.each(['', '/health'])('of Fastify with middie, mounted at %j', async (at) => {
    const app = Fastify()
    await app.register(middie)
    if (at === '') app.use(probeHandler(supervisor))
    else app.use(at, probeHandler(supervisor))
    app.get('/orders', () => 'orders')
    await app.listen({ port: 0, host: '127.0.0.1' })
    closers.push(() => app.close())
    await expectRoutesAndProbes(asks((app.server.address() as AddressInfo).port), at)
  })

  it('of Fastify in a route, with the raw request and response', async () => {
    const app = Fastify()
    const probes = probeHandler(supervisor)
    app.get('/livez', (request, reply) => {
      reply.hijack()
      probes(request.raw, reply.raw)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    closers.push(() => app.close())

    const ask = asks((app.server.address() as AddressInfo).port)
    expect(await ask('/livez')).toEqual({ status: 200, body: alive })
  })
})
