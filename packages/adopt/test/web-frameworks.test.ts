import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { every, InvalidOptionError, loop, Supervisor } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { runwellExpress } from '../src/express/index.ts'
import { runwellFastify } from '../src/fastify/index.ts'
import { runwellHono } from '../src/hono/index.ts'

const require = createRequire(import.meta.url)
// The types of version 4 are not installed.
const express4: typeof express = require('express-v4')

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function makeSupervisor(): Supervisor {
  const supervisor = new Supervisor({ clock: new VirtualClock(), observers: [] })
  closers.push(() => supervisor.stop())
  return supervisor
}

/** The supervisor is not ready until the returned function is called. */
function withGateway(supervisor: Supervisor): () => void {
  let connect = () => {}
  supervisor.register({
    name: 'gateway',
    priority: 'critical',
    schedule: loop({ ready: true }),
    run: async ({ ready, sleep }) => {
      await new Promise<void>((resolve) => {
        connect = resolve
      })
      ready()
      return sleep('1d')
    },
  })
  return () => connect()
}

const alive = '{"status":"ok","reasons":[]}'
const stopping = '{"status":"fail","reasons":["stopping"]}'
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, makeApp) => {
  async function serve(app: ReturnType<typeof express>) {
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    return async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { connection: 'close' },
      })
      return { status: response.status, body: await response.text() }
    }
  }

  it('starts the supervisor with the tasks of the running code, and answers probes', async () => {
    const supervisor = makeSupervisor()
    const app = makeApp()
    app.use(runwellExpress(supervisor))
    app.get('/', (_request, response) => void response.send('home'))
    const connect = withGateway(supervisor)
    const ask = await serve(app)

    expect(await ask('/startupz')).toEqual({ status: 200, body: alive })
    expect(await ask('/readyz')).toEqual({
      status: 503,
      body: '{"status":"fail","reasons":["task \'gateway\' has not called ready() yet"]}',
    })
    connect()
    await turn()
    expect(await ask('/readyz')).toEqual({ status: 200, body: alive })
    expect(await ask('/livez', 'HEAD')).toEqual({ status: 200, body: '' })
    expect(await ask('/')).toEqual({ status: 200, body: 'home' })
    expect((await ask('/livez', 'POST')).status).toBe(404)
    await supervisor.stop()
    expect(await ask('/readyz')).toEqual({ status: 503, body: stopping })
  })

  it('serves the probes below the path of its mount', async () => {
    const app = makeApp()
    app.use('/health', runwellExpress(makeSupervisor()))
    const ask = await serve(app)

    expect((await ask('/health/livez')).status).toBe(200)
    expect((await ask('/livez')).status).toBe(404)
  })
})

describe('runwellExpress', () => {
  it('leaves a supervisor alone that was started or stopped meanwhile', async () => {
    const started = makeSupervisor()
    const stopped = makeSupervisor()
    runwellExpress(started)
    runwellExpress(stopped)
    await started.start()
    await stopped.stop()
    await turn()

    expect(started.report().phase).toBe('started')
    expect(stopped.report().phase).toBe('stopped')
  })

  it('does not start the supervisor if it should not', async () => {
    const supervisor = makeSupervisor()
    runwellExpress(supervisor, { start: false })
    await turn()

    expect(supervisor.report().phase).toBe('new')
  })
})

describe('runwellFastify', () => {
  it('starts with Fastify, answers probes, and stops with Fastify', async () => {
    const supervisor = makeSupervisor()
    const connect = withGateway(supervisor)
    const fastify = Fastify()
    fastify.register(runwellFastify, { supervisor })
    fastify.get('/', () => 'home')
    expect(supervisor.report().phase).toBe('new')

    await fastify.ready()
    expect(supervisor.report().phase).toBe('started')
    expect((await fastify.inject('/readyz')).statusCode).toBe(503)
    connect()
    await turn()
    const ready = await fastify.inject('/readyz')
    expect([ready.statusCode, ready.body]).toEqual([200, alive])
    expect(ready.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
    const head = await fastify.inject({ url: '/livez', method: 'HEAD' })
    expect([head.statusCode, head.body]).toEqual([200, ''])
    expect((await fastify.inject('/')).body).toBe('home')

    await fastify.close()
    expect(supervisor.report().phase).toBe('stopped')
  })

  it('puts the probes below a prefix, and none if they are off', async () => {
    const prefixed = Fastify()
    prefixed.register(runwellFastify, { supervisor: makeSupervisor(), prefix: '/health/' })
    const plain = Fastify()
    plain.register(runwellFastify, { supervisor: makeSupervisor(), probes: false })
    closers.push(
      () => prefixed.close(),
      () => plain.close(),
    )

    expect((await prefixed.inject('/health/livez?verbose')).statusCode).toBe(200)
    expect((await prefixed.inject('/livez')).statusCode).toBe(404)
    expect((await plain.inject('/livez')).statusCode).toBe(404)
  })

  it('stops before the plugins that were registered earlier, with the given options', async () => {
    const order: string[] = []
    const supervisor = makeSupervisor()
    const fastify = Fastify()
    fastify.addHook('onClose', async () => void order.push(`database: ${supervisor.report().phase}`))
    fastify.register(runwellFastify, { supervisor, stop: { reason: 'deploy' } })
    await fastify.ready()
    await fastify.close()

    expect(order).toEqual(['database: stopped'])
    expect(supervisor.report().shutdown?.reason).toBe('deploy')
  })

  it('lets a stop close Fastify', async () => {
    const supervisor = makeSupervisor()
    const fastify = Fastify()
    fastify.register(runwellFastify, { supervisor })
    await fastify.ready()
    const report = await supervisor.stop({ before: () => fastify.close() })

    expect(report.tookMs).toBe(0)
    expect(supervisor.report().phase).toBe('stopped')
  })

  it('fails the start of Fastify if the supervisor cannot start', async () => {
    const supervisor = makeSupervisor()
    supervisor.register({ name: 'mails', schedule: every('1m'), dependsOn: ['smpt'], run: () => {} })
    const fastify = Fastify()
    fastify.register(runwellFastify, { supervisor })

    await expect(fastify.ready()).rejects.toThrow("got 'smpt'")
  })

  it('fails the start of Fastify for invalid options', async () => {
    const fastify = Fastify()
    // @ts-expect-error An option is missing.
    fastify.register(runwellFastify)

    await expect(fastify.ready()).rejects.toThrow(InvalidOptionError)
  })
})

describe('runwellHono', () => {
  it('answers probes and lets other requests pass', async () => {
    const supervisor = makeSupervisor()
    const app = new Hono()
    app.use(runwellHono(supervisor))
    app.get('/', (context) => context.text('home'))
    const ask = async (path: string, method = 'GET') => {
      const response = await app.request(path, { method })
      return [response.status, await response.text()]
    }

    expect(await ask('/startupz')).toEqual([503, '{"status":"fail","reasons":["not started"]}'])
    await supervisor.start()
    expect(await ask('/startupz')).toEqual([200, alive])
    expect(await ask('/livez/?verbose')).toEqual([200, alive])
    expect(await ask('/livez', 'HEAD')).toEqual([200, ''])
    expect(await ask('/')).toEqual([200, 'home'])
    expect((await ask('/livez', 'POST'))[0]).toBe(404)
    await supervisor.stop()
    expect(await ask('/readyz')).toEqual([503, stopping])
  })

  it('answers below a prefix only', async () => {
    const app = new Hono()
    app.use('/health/*', runwellHono(makeSupervisor(), { prefix: '/health' }))

    expect((await app.request('/health/livez')).status).toBe(200)
    expect((await app.request('/health/other/livez')).status).toBe(404)
    expect((await app.request('/livez')).status).toBe(404)
    expect((await app.request('/healthy/livez')).status).toBe(404)
  })
})

describe('invalid arguments', () => {
  const supervisor = new Supervisor({ observers: [] })

  it.each([
    ['no supervisor for Express', () => runwellExpress(undefined as never), 'supervisor'],
    ['no supervisor for Hono', () => runwellHono({} as never), 'supervisor'],
    ['a misspelt option', () => runwellExpress(supervisor, { strat: true } as never), "'start'"],
    ['a prefix without a slash', () => runwellHono(supervisor, { prefix: 'health' }), "'/health'"],
  ])('refuses %s', (_, call, text) => {
    expect(call).toThrow(InvalidOptionError)
    expect(call).toThrow(text)
  })
})
