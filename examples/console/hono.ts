// How do I mount the console in Hono?
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createConsole } from '@runwell/console'
import { Hono } from 'hono'
import { authorize, supervisor, visit } from './shared/sign-in.ts'

const app = new Hono()
app.get('/', (context) => context.text('the shop'))

const ops = createConsole(supervisor, { authorize })
app.all('/ops', (context) => ops.fetch(context.req.raw))
app.all('/ops/*', (context) => ops.fetch(context.req.raw))

await supervisor.start()
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
await new Promise((resolve) => server.once('listening', resolve))
await visit((server.address() as AddressInfo).port)
await supervisor.stop({ before: () => new Promise((resolve) => server.close(resolve)) })
